"""A large file without line ends is looked at from its beginning, wherever that stops inside a character."""

from __future__ import annotations

import json

import pytest

from firebreak.engine.intake.readers import Found, classify
from firebreak.engine.intake.spec import SHIPPED, load_specs

SPECS = load_specs([SHIPPED])


@pytest.mark.parametrize("shift", range(4))
def test_a_document_of_one_line_is_recognised_wherever_its_beginning_stops(shift: int) -> None:
    person = {"realName": "演练者", "cardNo": "", "mobile": "", "address": "某省某市某区某街道某小区"}
    row = {
        "submitTime": "2020-01-23 10:00:00",
        "applicant": {**person, "cardType": "111"},
        "trip": {"fromCity": "武汉", "vehicleNo": "D3008", "arriveDate": "2020-01-23"},
        "health": {"temperature": "36.5", "symptoms": None, "contact": "0"},
    }
    rows = [{**row, "health": {**row["health"], "symptoms": "无" * 7}}] * 1_000
    text = json.dumps({"note": "x" * shift, "data": {"list": rows}}, ensure_ascii=False)
    chosen = classify(Found("upload.json", "", text.encode(), "0" * 64), SPECS)
    assert chosen.spec is not None
    assert chosen.spec.id == "health-declarations"
