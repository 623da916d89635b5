"""The table of a delivery counts everything once."""

from firebreak.engine.intake.report import FileReport, IngestReport, Outcome, RejectCount
from firebreak.engine.intake.tally import table, tallies

REPORT = IngestReport(
    [
        FileReport(
            *("a.csv", "", Outcome.TAKEN),
            **{"channel": "trips", "rows_in": 10, "rows_kept": 9, "rows_rejected": 1, "records": 12},
            rejects=(
                RejectCount("row", "board_date", "日期", "date.shape", 1),
                RejectCount("field", "seat", "座", "x", 2),
            ),
        ),
        FileReport(
            *("b.csv", "", Outcome.TAKEN),
            **{"channel": "trips", "rows_in": 5, "rows_kept": 5, "records": 5},
            rejects=(RejectCount("field", "seat", "座", "x", 3),),
        ),
        FileReport("c.csv", "", Outcome.PARKED, code="FB-PARKED"),
        FileReport("d.zip", "", Outcome.FAILED, code="FB-F002"),
    ]
)


def test_files_of_one_channel_are_added_up():
    trips, without = tallies(REPORT)
    assert (trips.channel, trips.files, trips.rows, trips.kept, trips.rejected, trips.records) == (
        "trips",
        2,
        15,
        14,
        1,
        17,
    )
    assert trips.reasons == {("row", "board_date", "date.shape"): 1, ("field", "seat", "x"): 5}
    assert without.reasons == {("file", "", "FB-PARKED"): 1, ("file", "", "FB-F002"): 1}


def test_every_row_in_is_kept_or_rejected_in_the_table():
    for one in tallies(REPORT):
        assert one.rows == one.kept + one.rejected


def test_the_table_names_the_most_frequent_reason_first_and_shows_codes_only():
    lines = table(REPORT).splitlines()
    assert lines[1].split() == ["trips", "2", "15", "14", "1", "17", "5", "×", "field", "seat", "x"]
    assert lines[2].split() == ["1", "×", "row", "board_date", "date.shape"]
    assert lines[3].startswith("—")
