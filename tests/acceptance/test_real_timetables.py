"""Stations, timetables, and what only a stop list shows."""

from __future__ import annotations

from datetime import date

import polars as pl
from tests.acceptance.typed_lists import AS_OF, rides, typed_list
from tests.shared_data import shared

from firebreak.engine.intake.normalise.stations import resolve
from firebreak.terms.stations import stations, stations_from


def test_endpoints_of_trains_are_names_of_the_12306_list():
    known = stations_from(str(shared("rail-12306/station_name.txt")))
    cells = typed_list("trips-nosugar").cells.filter(pl.col("t_type") == "2")
    ends = [end for end in pl.concat([cells["t_pos_start"], cells["t_pos_end"]]).to_list() if end and end != "不详"]
    exact = sum(end in known for end in ends)
    found = sum(resolve(end, known, AS_OF)[1] for end in ends)
    assert (len(ends), exact) == (2466, 2260)
    assert found >= 0.97 * len(ends)
    assert sum(resolve(end, stations(), AS_OF)[1] for end in ends) >= 0.5 * len(ends)


def test_the_departures_of_the_list_are_those_of_the_timetable():
    stops = typed_list("timetable-stations").facts.select("station", "depart_min", number="service_no").drop_nulls()
    boarded = rides("trips-nosugar").filter(pl.col("mode") == "train", pl.col("part") == 0).drop_nulls("board_at")
    minute = pl.col("board_at").dt.hour().cast(pl.Int32) * 60 + pl.col("board_at").dt.minute()
    both = boarded.select("record_id", "from_place", minute.alias("minute"), number="numbers").explode("number")
    both = both.join(stops, left_on=["from_place", "number"], right_on=["station", "number"]).unique("record_id")
    gap = (both["minute"] - both["depart_min"]).abs()
    apart = pl.DataFrame({"one": gap, "other": 1440 - gap}).min_horizontal()
    assert both.height > 600
    assert (apart <= 30).mean() > 0.90
    assert (apart <= 5).mean() > 0.75


def test_321_timetables_in_gbk_and_stop_lists_past_midnight_are_typed_whole():
    by_station, by_train = typed_list("timetable-stations"), typed_list("timetable-trains")
    assert (by_station.files, by_station.rows, by_station.kept) == (321, 35150, 35150)
    assert by_station.facts["service_no"].n_unique() == 8736
    assert (by_train.rows, by_train.kept, by_train.rejects.height) == (6795, 6795, 0)
    assert by_station.rejects.is_empty()
    assert by_train.facts.filter(pl.col("arrive_min") >= 1440).height > 5000
    at = pl.coalesce("arrive_min", "depart_min")
    late = by_train.facts.sort("service_no", "stop_seq").filter(at.diff().over("service_no") < 0)
    assert late.is_empty()


def test_two_rides_in_one_coach_overlap_only_through_the_stop_list():
    """武昌–怀化 and 北京西–昆明 share no station; the stop list of the train, by city, shows the shared stretch."""
    aboard = rides("trips-nosugar").filter(
        pl.col("service_no") == "Z161", pl.col("board_date") == date(2020, 1, 21), pl.col("coach") == 17
    )
    stops = typed_list("timetable-trains").facts.filter(pl.col("service_no") == "Z161")
    seq = dict(stops.select("station", "stop_seq").iter_rows())
    city = stations_from(str(shared("rail-12306/station_name.txt")))

    def place(name: str) -> int:
        return seq[city[name].city]

    spans = {(place(start), place(end)) for start, end in aboard.select("from_place", "to_place").iter_rows()}
    ends = {name for pair in aboard.select("from_place", "to_place").iter_rows() for name in pair}
    assert len(spans) == 2
    assert len(ends) == 4
    (one_from, one_to), (two_from, two_to) = sorted(spans)
    assert one_from < two_from < two_to < one_to


def test_one_train_with_two_numbers_is_proved_by_its_stop_list():
    """The operator's key is not in this data. Same day, same station, same minute, and one list of stops is proof."""
    boarded = rides("trips-nosugar").filter(pl.col("mode") == "train").drop_nulls(["board_at", "from_place"])
    boarded = boarded.select("board_date", "from_place", "board_at", "service_no").unique()
    cells = typed_list("trips-sogou").cells.select(number="trafficNum", path="trainPath")
    paths = cells.filter(pl.col("path").str.count_matches('","') > 1).unique()
    both = boarded.join(boarded, on=["board_date", "from_place", "board_at"]).filter(
        pl.col("service_no") < pl.col("service_no_right")
    )
    proved = both.join(paths, left_on="service_no", right_on="number").join(
        paths, left_on=["service_no_right", "path"], right_on=["number", "path"]
    )
    pairs = set(proved.select("board_date", "service_no", "service_no_right").iter_rows())
    assert (date(2020, 1, 23), "G1763", "G1766") in pairs
    assert len(pairs) == 3
