"""Presences and memberships: equal to their plain meaning on generated records; places told apart and together."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st
from tests.executors import generated
from tests.generative.staying import moment
from tests.generative.travel import Row, arrow

from firebreak.engine.backends.base import Executor
from firebreak.engine.tracing import oracle_presences
from firebreak.engine.tracing.memberships import memberships
from firebreak.engine.tracing.place_ids import Said, identified
from firebreak.engine.tracing.places import places
from firebreak.engine.tracing.presences import present

MAYBE = st.one_of(st.none(), st.integers(0, 3000))
CELLS = st.sampled_from([None, "1203", "1203室", " 1203 房间", "8号桌", "8", "", "病区A"])


@st.composite
def stays(draw: st.DrawFn) -> list[Row]:
    found = []
    for index in range(draw(st.integers(1, 8))):
        start, end = draw(MAYBE), draw(st.one_of(MAYBE, st.integers(0, 600)))
        found.append(
            {
                "record_id": index,
                "part": draw(st.integers(0, 1)),
                "place_kind": draw(st.sampled_from(["hotel", "pharmacy", "teahouse", "gate"])),
                "place_code": draw(st.sampled_from([None, "H1"])),
                "place_name": draw(st.sampled_from([None, "甲", "乙"])),
                "place_division": draw(st.sampled_from([None, "320211", "320106"])),
                "cell": draw(CELLS),
                "start_at": None if start is None else moment(start),
                "end_at": None if end is None else moment(end),
            }
        )
    return found


@st.composite
def acts(draw: st.DrawFn, first: int, kind: str, place: str) -> list[Row]:
    return [
        {"record_id": first + index, "part": 0, kind: draw(st.sampled_from(["pharmacy", "station", "toll"])),
         place: draw(st.sampled_from(["甲", "丙"])), "at": moment(draw(st.integers(0, 3000)))}
        for index in range(draw(st.integers(0, 3)))
    ]  # fmt: skip


@generated(
    examples=40,
    stayed=stays(),
    checked=acts(100, "post_kind", "post"),
    registered=acts(200, "kind", "place_name"),
    people=st.lists(st.integers(1, 3), min_size=20, max_size=20),
)
def test_presences_equal_their_plain_meaning(
    executor: Executor, stayed: list[Row], checked: list[Row], registered: list[Row], people: list[int]
) -> None:
    seen = oracle_presences.sightings(stayed, checked, registered)
    who = {(row["record_id"], row["part"]): people[at] for at, row in enumerate(seen) if people[at] != 3 or at % 3}
    links = [{"record_id": record, "part": part, "person_id": person} for (record, part), person in who.items()]
    for table, rows in (("stays", stayed), ("checks", checked), ("registrations", registered), ("links", links)):
        executor.put(table, arrow(table, rows))
    found = present(executor, places())
    rows = executor.run(found.presences).to_pylist()
    expected = list(oracle_presences.presences(seen, who, places()))
    assert sorted(map(_key, rows), key=repr) == sorted(map(_key, expected), key=repr)
    assert executor.run(found.outcomes).num_rows == len(seen)
    named = executor.run(found.places).to_pylist()
    assert {row["place_id"] for row in rows} <= {row["place_id"] for row in named}
    assert {row["cell_id"] for row in rows} <= {row["cell_id"] for row in named}
    assert len({(row["place_id"], row["cell_id"]) for row in named}) == len(named)


def _key(row: Row) -> tuple[tuple[str, object], ...]:
    return tuple(sorted(row.items()))


SAID = st.tuples(
    st.just("hotel"),
    st.sampled_from([None, "320211", "320106"]),
    st.sampled_from([None, "H1", "H2"]),
    st.sampled_from([None, "甲", "乙"]),
)


@given(said=st.lists(SAID, max_size=12))
def test_places_with_different_codes_or_divisions_are_never_one(said: list[Said]) -> None:
    found = identified(said)
    assert set(found) == set(said)
    for one in said:
        for other in said:
            if found[one].place_id is None or found[one].place_id != found[other].place_id:
                continue
            assert not (one[1] and other[1] and one[1] != other[1])
            assert not (one[2] and other[2] and one[2] != other[2])
    assert identified([*reversed(said)]) == found


def test_what_one_record_leaves_out_of_a_place_another_fills() -> None:
    full, bare, named = ("hotel", "320211", "H1", "甲"), ("hotel", None, "H1", None), ("hotel", "320211", None, "甲")
    found = identified([full, bare, named, ("hotel", None, None, "甲"), ("hotel", None, None, None)])
    assert len({found[one].place_id for one in (full, bare, named, ("hotel", None, None, "甲"))}) == 1
    assert found["hotel", None, None, None].place_id is None
    elsewhere = ("hotel", "320106", "H1", "甲")
    apart = identified([full, bare, elsewhere])
    assert len({apart[one].place_id for one in (full, bare, elsewhere)}) == 3


def test_people_live_where_the_newest_kind_of_register_says_and_work_outside_the_holiday(executor: Executor) -> None:
    def home(record: int, kind: str, number: str | None, room: str | None) -> tuple[Row, Row]:
        where = {"division_code": "320211", "community": "演练小区", "building": "1", "room": room}
        return {"record_id": record, "part": 0, "kind": kind}, {
            "record_id": record, "part": 0, "household_no": number, **where,
        }  # fmt: skip

    homes = [home(1, "community", "H1", "101"), home(2, "community", "H1", None), home(3, "hukou", "H1", "101"),
             home(4, "hukou", "H9", "101"), home(5, "vehicle_owner", None, "101")]  # fmt: skip
    executor.put("residences", arrow("residences", [row for row, _ in homes]))
    executor.put("mentions", arrow("mentions", [mention for _, mention in homes]))
    jobs = [(6, "演练小学", "3年级2班", None), (7, "演练小学", "教师", None), (8, "演练厂", "工人", date(2020, 2, 18))]
    rosters = [{"record_id": record, "part": 0, "organisation": name, "job": job, "returned_on": day}
               for record, name, job, day in jobs]  # fmt: skip
    executor.put("rosters", arrow("rosters", rosters))
    persons = {1: 1, 2: 2, 3: 3, 4: 1, 5: 5, 6: 6, 7: 7, 8: 8}
    executor.put("links", arrow("links", [{"record_id": r, "part": 0, "person_id": p} for r, p in persons.items()]))
    found, named = memberships(executor, places())
    rows = executor.run(found).to_pylist()
    together: dict[int, set[int]] = {}
    for row in rows:
        if row["place_kind"] == "household":
            together.setdefault(row["place_id"], set()).add(row["person_id"])
    # by number 1 and 2; by door 1 and 3, whom no other register knows; nobody by the hukou of 1, nor by a car
    assert sorted(map(sorted, together.values())) == [[1, 2], [1, 3], [3]]
    pupils = [row for row in rows if row["person_id"] == 6]
    assert {row["place_kind"] for row in pupils} == {"class"}
    assert {row["place_id"] for row in pupils} == {row["place_id"] for row in rows if row["person_id"] == 7}
    worker = sorted((row["valid_from"] or date.min, row["valid_to"]) for row in rows if row["person_id"] == 8)
    assert worker == [(date.min, date(2020, 1, 23)), (date(2020, 2, 18), None)]
    names = {row["place_name"] for row in executor.run(named).to_pylist()}
    assert names == {None, "演练小学", "演练厂"}


def test_a_household_number_ties_nobody_beyond_its_channel_county_and_estate(executor: Executor) -> None:
    same: Row = {"channel": "a", "division_code": "320211", "community": None, "household_no": "1"}
    door: Row = {"channel": "a", "division_code": "320211", "community": "甲苑", "building": "1", "room": "101"}
    mentions: list[Row] = [
        same, same, same | {"channel": "b"}, same | {"division_code": "320106"}, same | {"community": "乙苑"},
        same | {"division_code": None}, same | {"division_code": None},
        door, door | {"channel": "b"}, door | {"division_code": None}, door | {"division_code": None},
    ]  # fmt: skip
    keys = [{"record_id": number, "part": 0} for number in range(len(mentions))]
    both = [key | mention for key, mention in zip(keys, mentions, strict=True)]
    executor.put("residences", arrow("residences", [key | {"kind": "community"} for key in keys]))
    executor.put("mentions", arrow("mentions", both))
    executor.put("links", arrow("links", [key | {"person_id": key["record_id"]} for key in keys]))
    executor.put("rosters", arrow("rosters", []))
    together: dict[int, set[int]] = {}
    for row in executor.run(memberships(executor, places())[0]).to_pylist():
        together.setdefault(row["place_id"], set()).add(row["person_id"])
    assert sorted(map(sorted, together.values())) == [[0, 1], [2], [3], [4], [7, 8]]
