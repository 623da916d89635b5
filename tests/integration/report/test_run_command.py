"""``firebreak run`` tells what it could not do: a mistyped rule at once, the rest at the end."""

from datetime import date

import pytest
from click.testing import CliRunner
from tests.report_lake import made_up_lake, rows_of

from firebreak.bridge import linking
from firebreak.bridge import run as stages
from firebreak.cli import run, trace
from firebreak.cli.language import use
from firebreak.lake.batches import Batch
from firebreak.lake.lake import Lake
from firebreak.terms.errors import FirebreakError, LakeError
from firebreak.terms.ids import record_id

DAY = date(2020, 1, 23)


@pytest.fixture
def lake(tmp_path, monkeypatch):
    """The made-up lake with a second case that two people share; its derived tables stay as they are."""
    monkeypatch.setattr(run, "STAGES", {})
    use("en")
    lake, _ = made_up_lake(tmp_path / "lake")
    more = Batch(lake.id_for("a" * 64), "a" * 64, "more", 1, "case", "more", "", 1, True, DAY, "tester", 2, 2, 0)
    records = [record_id(more.batch_id, line) for line in (1, 2)]
    with lake.commit(more) as commit:
        rows = [{"record_id": one, "part": 0, "raw_hash": 0, "case_no": "WX-0002", "state": "confirmed",
                 "onset_on": DAY, "reported_on": DAY} for one in records]  # fmt: skip
        commit.write("cases", rows_of("cases", rows))
    with stages.session(lake) as opened:
        links = opened.rows("links")
    shared = [{"record_id": record, "part": 0, "person_id": person, "rule": "document@1", "confidence": 1.0}
              for person, record in enumerate(records, start=2)]  # fmt: skip
    lake.replace("links", rows_of("links", [*links, *shared]))
    yield lake
    use("zh")


def ran(lake, folder, *more):
    folder.mkdir(exist_ok=True)
    arguments = [str(folder), "--lake", str(lake.root), "--as-of", "2020-01-23", "--quiet", *more]
    return CliRunner().invoke(run.command, arguments, standalone_mode=False)


def test_a_mistyped_rule_is_told_before_any_work(lake, tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "unknown.csv").write_text("a,b\n1,2\n")
    before = len(lake.batches())
    result = ran(lake, tmp_path / "in", "--rules", "nhc-coach@99")
    assert result.exception.code == "FB-ORDER-RULE"
    assert isinstance(ran(lake, tmp_path / "in", "--rules", "nix").exception, FirebreakError)
    assert len(lake.batches()) == before
    arguments = ["--lake", str(lake.root), "--case", "WX-0001", "--rules", "nix", "--quiet"]
    assert isinstance(CliRunner().invoke(trace.command, arguments).exception, FirebreakError)


def test_cases_that_lead_to_several_people_are_counted_and_named(lake, tmp_path):
    result = ran(lake, tmp_path / "in", "--out", str(tmp_path / "out"))
    assert result.return_value == 1
    assert "1 cases not traced" in result.output
    assert "WX-0002(FB-ORDER-CASE-MANY)" in "".join(result.output.split())
    assert [path.suffix for path in (tmp_path / "out").glob("*WX-0001*.html")] == [".html"]


def test_a_run_without_any_file_or_with_a_parked_one_ends_with_1(lake, tmp_path):
    assert ran(lake, tmp_path / "in", "--case", "WX-0001").return_value == 1
    (tmp_path / "in" / "unknown.csv").write_text("a,b\n1,2\n")
    assert ran(lake, tmp_path / "in", "--case", "WX-0001").return_value == 1


def test_a_stage_holds_the_writer_lock_from_before_it_reads(lake, monkeypatch):
    def looked_at(_):
        with pytest.raises(LakeError) as raised, Lake.open(lake.root).writer():
            pass
        assert raised.value.code == "FB-LAKE-LOCKED"
        raise InterruptedError

    for room, name, stage in (
        (linking, "Ledger", "identify"),
        (stages, "completed", "complete"),
        (stages, "board", "rides"),
    ):
        monkeypatch.setattr(room, name, lambda *_: looked_at(_))
        with pytest.raises(InterruptedError):
            stages.STAGES[stage](lake)
