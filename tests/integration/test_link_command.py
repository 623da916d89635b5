"""``firebreak link`` as its users call it: what changed, undo, rulings, a pair explained."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from tests.identity_lake import deliver, made_lake, people_of, person, table

from firebreak.bridge.run import complete
from firebreak.cli import link
from firebreak.cli.language import use
from firebreak.lake.lake import Lake
from firebreak.terms.errors import RulingError

SIGNED = ("--by", "演练核对员", "--reason", "演练：电话核实")


@pytest.fixture
def lake(tmp_path: Path) -> tuple[Lake, list[int]]:
    use("en")
    lake = made_lake(tmp_path / "lake")
    ids = deliver(lake, "one", [person("11", "王伟", "+8613900000001"), person("22", "王伟", "+8613900000002")])
    assert ran(lake).exit_code == 0
    return lake, ids


def ran(lake: Lake, *arguments: str) -> Result:
    asked = ["--lake", str(lake.root), "--quiet", *arguments]
    result = CliRunner().invoke(link.command, asked, standalone_mode=False, env={"COLUMNS": "200"})
    if result.exception is not None:
        raise result.exception
    return result


def told(lake: Lake, *arguments: str) -> Any:
    return json.loads(ran(lake, "--json", *arguments).output)


def test_a_run_says_what_changed_for_those_who_were_there(lake: tuple[Lake, list[int]]) -> None:
    opened, _ = lake
    deliver(opened, "two", [person("11", "王伟"), person("33", "赵明")])
    changed = told(opened, "--new")["changed"]
    assert (changed["records"], changed["joined"], changed["new_people"]) == (2, 1, 1)
    assert (changed["merged"], changed["split"], changed["kind"]) == (0, 0, "new")
    assert table(opened, "persons").height == 3
    few = {name: table(opened, name).sort("person_id", "value", nulls_last=False) if name == "person_fields" else
           table(opened, name).sort("person_id") for name in ("persons", "person_fields")}  # fmt: skip
    complete(opened)
    assert few["persons"].equals(table(opened, "persons").sort("person_id"))
    assert few["person_fields"].equals(table(opened, "person_fields").sort("person_id", "value", nulls_last=False))


def test_must_then_undo_gives_both_back_and_their_values_with_them(lake: tuple[Lake, list[int]]) -> None:
    opened, (one, other) = lake
    before = table(opened, "persons")
    assert told(opened, "--must", str(one), str(other), *SIGNED)["changed"]["merged"] == 1
    assert table(opened, "persons").height == 1
    merge = told(opened, "--merges")[0]
    assert {merge["person_id"], merge["absorbed_id"]} == {one, other}
    with pytest.raises(RulingError) as refused:
        ran(opened, "--undo", str(merge["merge_id"]), *SIGNED)
    assert refused.value.code == "FB-RULING-CONFLICT"
    ran(opened, "--withdraw", "1", *SIGNED)
    assert set(people_of(opened)) == {one, other}
    assert table(opened, "persons").equals(before)
    assert [row["kind"] for row in told(opened, "--rulings")] == ["withdraw", "must"]
    assert "电话核实" not in ran(opened, "--rulings").output


def test_a_pair_is_explained_masked_unless_somebody_says_why(lake: tuple[Lake, list[int]], tmp_path: Path) -> None:
    opened, (one, other) = lake
    pair = ("--explain", f"person:{one}", str(other), "--out", str(tmp_path / "out"))
    shown = ran(opened, *pair).output
    assert "王伟" not in shown
    assert "+8613900000001" not in shown
    page = next((tmp_path / "out").glob("DRILL_pair*.html")).read_text("utf-8")
    assert "王伟" not in page
    assert "<svg" in page
    with pytest.raises(RulingError):
        ran(opened, *pair, "--show")
    assert table(opened, "looks").is_empty()
    assert "王伟" in ran(opened, *pair, "--show", *SIGNED).output
    look = table(opened, "looks").row(0, named=True)
    assert (look["left_record_id"], look["right_record_id"], look["decided_by"]) == (one, other, "演练核对员")


def test_the_model_and_an_empty_queue_are_shown(lake: tuple[Lake, list[int]], tmp_path: Path) -> None:
    opened, _ = lake
    assert "Nothing waits" in ran(opened, "--reviews", "--out", str(tmp_path)).output
    assert "Nothing waits" in (tmp_path / "DRILL_reviews.html").read_text("utf-8")
    assert "name" in ran(opened, "--model").output
