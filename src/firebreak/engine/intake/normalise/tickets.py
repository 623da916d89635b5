"""State of a ticket, and why its holder was on board."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from firebreak.engine.intake.normalise.base import CannotTypeError, Context, Normaliser, Values
from firebreak.engine.intake.normalise.journey_text import fold
from firebreak.terms.enums import Role, TicketState

_STATES = {
    TicketState.VALID.value: (
        *(
            "有效",
            "正常",
            "已出票",
            "已支付",
            "已检票",
            "已使用",
            "已乘车",
            "已进站",
            "已值机",
            "已登机",
            "售出",
            "售票",
        ),
        *("VALID", "OK", "ISSUED", "USED", "OPEN", "FLOWN", "CHECKED-IN", "BOARDED", "S", "1"),
    ),
    TicketState.REFUNDED.value: (
        *("退票", "已退票", "已退", "退款", "作废", "取消", "已取消", "废票", "行程取消"),
        *("REFUNDED", "REFUND", "CANCELLED", "CANCELED", "VOID", "R", "2"),
    ),
    TicketState.CHANGED.value: (
        *("改签", "已改签", "变更", "已变更", "改期", "变更到站", "签转", "换座", "已换座"),
        *("CHANGED", "EXCHANGED", "REBOOKED", "C", "3"),
    ),
}
_ROLES = {
    Role.PASSENGER.value: (
        "旅客",
        "乘客",
        "乘机人",
        "散客",
        "成人",
        "儿童",
        "学生",
        "PASSENGER",
        "PAX",
        "ADT",
        "CHD",
        "P",
    ),
    Role.CREW.value: (
        *(
            "乘务",
            "乘务员",
            "列车员",
            "列车长",
            "乘警",
            "机械师",
            "保洁",
            "保洁员",
            "餐服",
            "餐服员",
            "广播员",
            "司机",
            "驾驶员",
        ),
        *("机组", "机长", "副驾驶", "空乘", "乘务长", "安全员", "船员", "随车人员"),
        *("CREW", "CABIN CREW", "CABINCREW", "DRIVER", "STAFF"),
    ),
}


def _lookup(table: dict[str, tuple[str, ...]]) -> dict[str, str]:
    return {fold(word): value for value, words in table.items() for word in (*words, value)}


def _normaliser(name: str, table: dict[str, tuple[str, ...]], en: str, zh: str) -> Normaliser:
    known = _lookup(table)

    def one(text: str, _context: Context) -> Values:
        value = known.get(fold(text))
        if value is None:
            raise CannotTypeError(
                f"{name}.unknown", en, f"Use one of {', '.join(table)}, or a map in the channel spec."
            )
        return {name: value}

    cases = tuple((word, {name: value}) for value, words in table.items() for word in words)
    wrong = (("随便写的", f"{name}.unknown"),)
    return Normaliser(name, {name: pl.String}, one, en, zh, (*cases, *wrong), _fast(name, known))


def _fast(name: str, known: dict[str, str]) -> Callable[[pl.Expr, Context], pl.Expr]:
    def fast(cell: pl.Expr, _context: Context) -> pl.Expr:
        value = cell.replace_strict(known, default=None, return_dtype=pl.String)
        return pl.when(value.is_not_null()).then(pl.struct(value.alias(name)))

    return fast


NORMALISERS = (
    _normaliser("ticket_state", _STATES, "A ticket is valid, refunded or changed.", "车票有效、已退或已改签。"),
    _normaliser("role", _ROLES, "Somebody on board is a passenger or one of the crew.", "车上人员为旅客或乘务人员。"),
)
