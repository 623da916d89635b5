"""How far a pack reaches at each kind of place, as a small table that is attached to the cases' stays only."""

from __future__ import annotations

import ibis
import pyarrow as pa

from firebreak.engine.backends.base import Expr
from firebreak.engine.tracing.places import Places
from firebreak.engine.tracing.rules import RulePack, SettingRule
from firebreak.terms.enums import Scope, Setting

REACH = pa.schema(
    [
        ("c_kind", pa.string()),
        ("c_setting", pa.string()),
        ("c_whole", pa.bool_()),
        ("c_unplaced", pa.bool_()),
        ("c_least", pa.int32()),
        ("c_most", pa.int32()),
        ("c_hours", pa.int32()),
        ("c_lag", pa.int32()),
        ("c_level", pa.string()),
        ("c_rest", pa.string()),
    ]
)
"""``c_kind`` (empty: any kind not listed), its setting; ``c_whole``: everybody at the place, not of the cell alone;
``c_unplaced``: also those of whom no record tells the cell; ``c_least``: minutes together; ``c_most``: cumulative
minutes within ``c_hours``; ``c_lag``: minutes after the case had left; ``c_level``, ``c_rest``: what a contact and what
everybody else there is called (null: not listed)."""

_WHOLE = (Scope.PLACE, Scope.VEHICLE, Scope.SET)


def reach_of_places(places: Places, pack: RulePack) -> pa.Table:
    """A row for each kind of place where people meet and of whose setting the pack says anything."""
    kinds = [one for one in (*places.kinds.values(), places.otherwise) if one.place and one.meets]
    rules = [(one.kind, pack.on(Setting(one.setting))) for one in kinds]
    rows = [_row(kind, rule) for kind, rule in rules if rule is not None and rule.scope != Scope.NONE]
    return pa.Table.from_pylist(rows, schema=REACH)


def _row(kind: str, rule: SettingRule) -> dict[str, object]:
    return {
        "c_kind": kind, "c_setting": rule.setting.value, "c_whole": rule.scope in _WHOLE, "c_unplaced": rule.unplaced,
        "c_least": rule.minutes, "c_most": rule.cumulative_minutes, "c_hours": rule.within_hours,
        "c_lag": rule.lag_minutes, "c_level": rule.contact_level.value,
        "c_rest": rule.otherwise.value if rule.otherwise else None,
    }  # fmt: skip


def with_reach(own: Expr, reach: Expr, places: Places) -> Expr:
    """The cases' stays or memberships (column ``place_kind``) with their kind's reach; those without are dropped."""
    known = own.mutate(c_kind=ibis.ifelse(own.place_kind.isin(sorted(places.kinds)), own.place_kind, ""))
    return known.join(reach, "c_kind").drop("c_kind", "place_kind")


def near(pairs: Expr) -> Expr:
    """Inside the reach: the same cell, or anywhere at the place where the rule says so, or nobody knows how near."""
    same = ibis.coalesce(pairs.cell_id == pairs.c_cell_id, False)
    unknown = pairs.cell_id.isnull() | pairs.c_cell_id.isnull()
    return pairs.c_whole | same | (pairs.c_unplaced & unknown)
