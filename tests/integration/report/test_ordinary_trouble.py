"""Ordinary trouble is told as such, in a block with its remedy: never as a fault of the program."""

import pytest
from tests.integration.report.test_orders_and_explain import SPEC
from tests.report_lake import SALES, made_up_lake

from firebreak.bridge.session import session
from firebreak.cli.main import main
from firebreak.lake import raw


@pytest.fixture
def lake(tmp_path, monkeypatch):
    monkeypatch.setenv("FIREBREAK_LANG", "en")
    return made_up_lake(tmp_path / "lake")[0]


def told(capsys, lake, *arguments):
    with pytest.raises(SystemExit) as left:
        main([*arguments, "--lake", str(lake.root)])
    seen = capsys.readouterr()
    assert "FB-BUG" not in seen.err
    return left.value.code, seen.out, seen.err


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "1899-12-31"])
def test_a_day_beyond_the_calendar_is_a_mistake_to_mend(capsys, lake, day):
    order = ("trace", "--train", "D3008", "--coach", "5", "--seat", "7A", "--date", day)
    code, _, err = told(capsys, lake, *order)
    assert code == 2
    assert "1900-01-01" in err


@pytest.mark.parametrize("what", ["²", "person:²", "1:²", "9" * 40, "person:" + "9" * 40, f"{'9' * 30}:1"])
def test_a_number_that_is_none_of_the_lake_is_told(capsys, lake, what):
    code, _, err = told(capsys, lake, "explain", what)
    assert code == 2
    assert "FB-EXPLAIN" in err


def test_a_file_that_may_not_be_written_is_named(capsys, lake, tmp_path, monkeypatch):
    def refuse(*_):
        raise PermissionError(13, "Permission denied", str(tmp_path / "out"))

    monkeypatch.setattr("firebreak.cli.result.write_report", refuse)
    order = ("trace", "--case", "WX-0001", "--as-of", "2020-01-23", "--quiet", "--out", str(tmp_path / "out"))
    code, _, err = told(capsys, lake, *order)
    assert code == 2
    assert "FB-FILE" in err
    assert f"{tmp_path / 'out'}: Permission denied" in err


def missing(path):
    path.unlink()


def cut(path):
    path.write_bytes(path.read_bytes()[:40])


def scribbled(path):
    data = bytearray(path.read_bytes())
    data[-60:-20] = b"\xff" * 40
    path.write_bytes(bytes(data))


@pytest.mark.parametrize("harm", [missing, cut, scribbled])
@pytest.mark.parametrize("table", ["rides", "links"])
def test_a_missing_or_damaged_table_file_sends_to_the_check(capsys, lake, table, harm):
    harm(lake.files(table)[0])
    code, _, err = told(capsys, lake, "trace", "--case", "WX-0001", "--as-of", "2020-01-23", "--quiet")
    assert code == 2
    assert "FB-LAKE-FILE" in err
    assert "firebreak lake check" in err


def another(path):
    path.unlink()
    raw.keep("姓名,证件号码,车次,席位\n别人,1,D3008,05车07A号\n".encode() * 400, path)


@pytest.mark.parametrize("harm", [cut, another])
def test_delivered_bytes_that_are_not_what_came_are_named_and_not_shown(capsys, lake, tmp_path, harm):
    (tmp_path / "made-up-sales.toml").write_text(SPEC, "utf-8")
    with session(lake) as opened:
        record = next(
            link["record_id"] for link in opened.rows("links") if opened.channel_of(link["record_id"]) == SALES
        )
    arguments = ("explain", str(record), "--reveal", "--specs", str(tmp_path / "made-up-sales.toml"))
    assert "演练1" in told(capsys, lake, *arguments)[1]
    for path in (lake.root / "raw").rglob("*.zst"):
        harm(path)
    code, out, _ = told(capsys, lake, *arguments)
    assert code == 0
    assert "to be had: A file of the lake cannot be read" in " ".join(out.split())
    assert "别人" not in out
