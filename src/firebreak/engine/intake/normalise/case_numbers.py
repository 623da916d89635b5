"""Numbers of cases as a register numbers them: they name a person as a document does, within that register."""

from __future__ import annotations

import re

import polars as pl

from firebreak.engine.intake.normalise.base import Context, Normaliser, Values
from firebreak.terms.enums import DocCheck, DocType

_NUMBER = re.compile(r"(?<![\d/:])\d{1,5}(?![\d/:])")
_ELSEWHERE = re.compile(r"\bcase(s?) notified", re.IGNORECASE)


def read_case_numbers(text: str, context: Context) -> Values | list[Values]:
    """Each number in the cell as a document number ``REGISTER-n`` (``options.register``).

    Words of other registers (``Case notified by the Health Commission of …``) give no number: nothing, not an error.
    Beside numbers they stand for somebody unnamed (``cases``: two), so that the next seat of the row is not taken for
    one of the first case.
    """
    register = str(context.options.get("register", "case"))
    kind = {"doc_type": DocType.OTHER.value, "doc_check": DocCheck.UNCHECKED.value}
    found: list[Values] = [{**kind, "doc_number": f"{register}-{int(number)}"} for number in _NUMBER.findall(text)]
    for plural in _ELSEWHERE.findall(text) if found else ():
        found.extend([{}] * (2 if plural else 1))
    return found if len(found) > 1 else found[0] if found else {}


def _case(number: int) -> Values:
    return {"doc_type": "other", "doc_check": "unchecked", "doc_number": f"case-{number}"}


NORMALISERS = (
    Normaliser(
        "case_numbers",
        {"doc_type": pl.String, "doc_number": pl.String, "doc_check": pl.String},
        read_case_numbers,
        "Case numbers of a register, each a person (option register names it).",
        "登记册中的病例编号，每号一人（register 选项为登记册名）。",
        (
            ("139", _case(139)),
            ("143, 153", [_case(143), _case(153)]),
            ("130, 131,133", [_case(130), _case(131), _case(133)]),
            ("144 and case notified by another authority", [_case(144), {}]),
            ("234 and cases notified by another authority", [_case(234), {}, {}]),
            ("87 and an outbreak reported elsewhere", _case(87)),
            ("Case 117, 118", [_case(117), _case(118)]),
            ("Case notified by another authority", {}),
        ),
    ),
)
