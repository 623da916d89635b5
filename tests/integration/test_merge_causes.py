"""Why two people became one: the edge that joined them, with its weight where the model did."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from tests.identity_lake import deliver, made_lake, person, table
from tests.unit.identity.people import Row, crowd, home, number, said

from firebreak.bridge.linking import link_new, link_whole, the_model
from firebreak.lake.lake import Lake

NUMBER = number("320502", "19770824", "442")


def rows(*found: Row) -> list[Row]:
    """The mentions without ids and channels: their batch gives them."""
    return [{name: value for name, value in row.items() if name not in ("record_id", "channel")} for row in found]


@pytest.fixture
def lake(tmp_path: Path) -> tuple[Lake, list[int]]:
    lake = made_lake(tmp_path / "lake")
    known = said(1, "欧阳静怡", doc=NUMBER, phone="+8613833330000", **home("1101"))
    masked = said(2, "欧阳敬怡", masked="320502********" + NUMBER[14:], **home("1101"))
    ids = deliver(lake, "one", rows(known, masked, *crowd(10, 1000)))
    link_whole(lake)  # without the model the masked record is somebody else
    return lake, ids


def test_a_merge_that_the_model_made_tells_its_edge_its_weight_and_its_probability(
    lake: tuple[Lake, list[int]],
) -> None:
    opened, ids = lake
    assert table(opened, "merges").is_empty()
    link_whole(opened, model=the_model())
    (merge,) = table(opened, "merges").to_dicts()
    assert {merge["left_record_id"], merge["right_record_id"]} == {ids[0], ids[1]}
    assert merge["rule"] == "model"
    link = table(opened, "links").filter(pl.col("record_id") == ids[1]).row(0, named=True)
    assert merge["probability"] == pytest.approx(link["confidence"])
    odds = 2.0 ** merge["weight"]
    assert odds / (1 + odds) == pytest.approx(merge["probability"], rel=1e-5)
    assert odds >= 1000


def test_a_merge_by_a_number_has_no_weight(tmp_path: Path) -> None:
    lake = made_lake(tmp_path / "lake", [[person("11", "王伟"), person(None, "王伟", "+8613900000001")]])
    link_whole(lake, model=the_model())
    deliver(lake, "two", [person("11", "王伟", "+8613900000001")])
    link_new(lake, model=the_model())
    (merge,) = table(lake, "merges").to_dicts()
    assert (merge["rule"], merge["weight"]) == ("phone+name", None)
    assert merge["probability"] == pytest.approx(0.95)


def test_a_lake_without_records_is_linked_to_nobody(tmp_path: Path) -> None:
    lake = made_lake(tmp_path / "lake")
    assert link_whole(lake, model=the_model()).counts.looked_at == 0
    assert table(lake, "links").is_empty()
