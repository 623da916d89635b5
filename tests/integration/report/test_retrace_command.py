"""``firebreak retrace`` on the made-up lake: first list, nothing new, a case excluded; its files."""

import json
from datetime import date

import pytest
from click.testing import CliRunner
from tests.report_lake import made_up_lake, rows_of

from firebreak.bridge.session import session
from firebreak.cli import retrace
from firebreak.cli.language import use


@pytest.fixture
def lake(tmp_path):
    use("en")
    yield made_up_lake(tmp_path / "lake")[0]
    use("zh")


def asked(lake, *more):
    arguments = ["--lake", str(lake.root), "--as-of", "2020-01-24", "--by", "tester", "--quiet", *more]
    result = CliRunner(env={"COLUMNS": "220"}).invoke(retrace.command, arguments, standalone_mode=False)
    if result.exception:
        raise result.exception
    return result.output


def test_lists_follow_one_another_and_say_what_changed(lake, tmp_path):
    first = json.loads(asked(lake, "--json"))
    assert (first["list_no"], first["cases"], first["retraced"]) == (1, 1, 1)
    assert first["changes"]
    assert {(row["change"], row["why"]) for row in first["changes"]} == {("added", "new_case")}
    second = json.loads(asked(lake, "--json"))
    assert (second["list_no"], second["retraced"], second["changes"]) == (2, 0, [])
    assert second["exposures"] == first["exposures"]
    full = json.loads(asked(lake, "--json", "--full"))
    assert (full["retraced"], full["changes"], full["exposures"]) == (1, [], first["exposures"])
    with session(lake) as opened:
        cases = opened.rows("cases")
    more = [{**cases[0], "state": "excluded", "reported_on": date(2020, 1, 24), "part": 9}]
    with session(lake) as opened:
        links = opened.rows("links")
        person = next(row["person_id"] for row in links if row["record_id"] == cases[0]["record_id"])
    lake.replace("cases", rows_of("cases", more))
    lake.replace("links", rows_of("links", [*links, {**links[0], "record_id": cases[0]["record_id"], "part": 9,
                                                     "person_id": person}]))  # fmt: skip
    last = json.loads(asked(lake, "--json"))
    assert {(row["change"], row["why"]) for row in last["changes"]} == {("removed", "case_excluded")}
    assert {row["person_id"] for row in last["changes"]} == {row["person_id"] for row in first["changes"]}
    assert last["exposures"] == 0


def test_changes_are_written_in_both_languages_and_marked_as_a_drill(lake, tmp_path):
    text = asked(lake, "--out", str(tmp_path / "out"))
    assert "DRILL" in text
    assert "new case" in text
    use("zh")
    again = asked(lake, "--since", "0", "--out", str(tmp_path / "zh"))
    assert "新病例" in again
    english, chinese = (sorted((tmp_path / name).iterdir()) for name in ("out", "zh"))
    assert [path.suffix for path in english] == [".csv", ".html"]
    assert "added" in english[0].read_text("utf-8-sig")
    assert "演练" in chinese[0].read_text("utf-8-sig")
    assert "新增" in chinese[1].read_text("utf-8")
    assert "演练" in chinese[1].read_text("utf-8")
    assert all(path.stat().st_mode & 0o77 == 0 for path in (*english, *chinese))
