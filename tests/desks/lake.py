"""A small lake for tests of the persons desk: 演练/DRILL throughout."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.identity_lake import deliver, made_lake, person

from firebreak.bridge.linking import link_whole
from firebreak.bridge.run import complete
from firebreak.lake.lake import Lake

HERE = {"address": "江苏省无锡市梁溪区演练街道1号", "division_code": "320213", "grid_code": "320213001001001"}
THERE = {"address": "江苏省苏州市虎丘区演练街道2号", "division_code": "320505"}
RIDE = {"mode": "train", "ticket_no": "T1", "board_date": None}


def derived(lake: Lake) -> Lake:
    """Link everything and complete it."""
    link_whole(lake)
    complete(lake)
    return lake


def three_people(folder: Path) -> tuple[Lake, list[int]]:
    """王伟 and 单小明 in Wuxi, 李静 in Suzhou, each with a number and a phone."""
    lake = made_lake(folder)
    people = [
        person("320213199001010011", "王伟", "+8613900000001", **HERE),
        person("320505199002020022", "李静", "+8613900000002", **THERE),
        person("320213199003030033", "单小明", "+8613900000003", **HERE),
    ]
    ids = deliver(lake, "one", people)
    return derived(lake), ids


def merged(folder: Path) -> tuple[Lake, list[int]]:
    """王伟 without a number, once with a phone and once with a ticket: one person since a third record has both."""
    lake = made_lake(folder)
    first = [person(None, "王伟", "+8613900000001", **HERE), person(None, "王伟", **HERE)]
    ids = deliver(lake, "one", first, [RIDE | {"row_no": 2}])
    derived(lake)
    return lake, ids


def join(lake: Lake) -> Lake:
    """The third record comes: the two are one."""
    deliver(lake, "two", [person(None, "王伟", "+8613900000001", **HERE)], [RIDE | {"row_no": 1}])
    return derived(lake)


def with_reviews(lake: Lake, pairs: list[tuple[int, int]], **more: Any) -> Lake:
    """The lake with these pairs of records in its queue, each of another weight."""
    from tests.report_lake import rows_of

    told = {"name": ("same", 5.5, 1.0), "birth": ("unknown", 0.0, 0.0)}
    levels = json.dumps(
        {one: dict(zip(("level", "weight", "adjustment"), said, strict=True)) for one, said in told.items()}
    )
    people = {row["record_id"]: row["person_id"] for row in _links(lake)}
    rows = []
    for nth, (one, other) in enumerate(pairs):
        ends = {"left_record_id": one, "left_part": 0, "right_record_id": other, "right_part": 0}
        sides = {"left_person_id": people[one], "right_person_id": people[other]}
        rows.append(ends | sides | {"weight": 3.0 + nth, "probability": 0.9, "gammas": levels, "run_id": 1} | more)
    lake.replace("reviews", rows_of("reviews", rows))
    return lake


def _links(lake: Lake) -> list[dict[str, Any]]:
    from firebreak.bridge.session import session

    with session(lake) as opened:
        return opened.rows("links")
