"""The timeline: each fact of each person exactly once, in its own words, sorted by person."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.desks.lake import derived
from tests.identity_lake import deliver, made_lake, person, table

from firebreak.bridge.person_file import person_file
from firebreak.bridge.session import session
from firebreak.bridge.timeline import make_timeline

RIDE = st.fixed_dictionaries(
    {"row_no": st.integers(1, 4), "mode": st.sampled_from(["train", "flight"])},
    optional={
        "service_no": st.sampled_from(["G1", "D3008"]), "board_date": st.dates(date(2020, 1, 1), date(2020, 1, 9)),
        "from_place": st.just("无锡"), "to_place": st.just("武汉"),
        "coach": st.integers(1, 16), "coach_label": st.just("餐车"),
        "row": st.integers(1, 20), "letter": st.sampled_from("ABCDF"), "seat_no": st.integers(1, 99),
        "ticket_state": st.sampled_from(["valid", "refunded"]),
        "board_at": st.integers(0, 190).map(lambda hours: datetime(2020, 1, 1, tzinfo=UTC) + timedelta(hours=hours)),
    },
)  # fmt: skip


def told(ride: dict[str, object]) -> tuple[object, ...]:
    """What a line of the timeline says of a ride, by hand."""
    coach = str(ride["coach"]) if ride.get("coach") is not None else ride.get("coach_label")
    number = ride.get("row") if ride.get("row") is not None else ride.get("seat_no")
    within = coach if number is None else f"{coach or ''}-{number}{ride.get('letter') or ''}"
    return (ride["mode"], ride.get("service_no"), ride.get("from_place"), ride.get("to_place"), within,
            ride.get("ticket_state"), ride.get("board_date"), ride.get("board_at"))  # fmt: skip


@settings(max_examples=6)
@given(rides=st.lists(RIDE, max_size=5, unique_by=lambda ride: ride["row_no"]))
def test_every_ride_of_every_person_is_there_once_in_its_own_words(rides: list[dict[str, object]]) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        lake = made_lake(Path(folder) / "lake")
        ids = deliver(lake, "one", [person(f"1{nth % 3}", "王伟") for nth in range(4)], rides)
        derived(lake)
        make_timeline(lake)
        found, links = table(lake, "timeline"), table(lake, "links")
        people = dict(links.select("record_id", "person_id").iter_rows())
        assert found["person_id"].is_sorted()
        columns = ("kind", "what", "from_place", "to_place", "within", "result", "on_day", "at")
        rows = found.select("record_id", "person_id", *columns).iter_rows()
        said = {record: words for record, *words in rows}
        expected = {ids[int(str(ride["row_no"])) - 1]: told(ride) for ride in rides}
        assert said == {record: [people[record], *words] for record, words in expected.items()}
        with session(lake) as opened:
            files = {who: person_file(opened, who, (), "zh") for who in set(people.values())}
        assert sum(file.event_count for file in files.values()) == len(rides)
        for file in files.values():
            moments = [event.at for event in file.events if event.at is not None]
            assert moments == sorted(moments, reverse=True)
