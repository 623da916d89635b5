"""The tables of presences are replaced in one instant, or not at all."""

from datetime import UTC, date, datetime

import pytest
from tests.identity_lake import deliver, made_lake, person, table
from tests.report_lake import rows_of

from firebreak.bridge import presences
from firebreak.bridge.linking import link_whole


def test_a_run_that_fails_at_the_last_table_leaves_all_four_as_they_were(tmp_path, monkeypatch):
    lake = made_lake(tmp_path / "lake")
    (one,) = deliver(lake, "one", [person("11", "王伟")])
    link_whole(lake)

    def stay(name):
        begun = datetime(2020, 1, 23, 9, tzinfo=UTC)
        row = {"record_id": one, "part": 0, "place_kind": "shop", "place_name": name, "start_at": begun}
        lake.replace("stays", rows_of("stays", [row | {"end_at": begun.replace(hour=10)}]), days=[date(2020, 1, 23)])

    stay("甲店")
    presences.make_presences(lake)
    names = ("presences", "presences_by_person", "memberships", "places")
    before = {name: table(lake, name) for name in names}
    assert before["presences"].height == before["places"].height == 1

    def broken(_):
        raise RuntimeError

    stay("乙店")
    with monkeypatch.context() as patched:
        patched.setattr(presences, "waiting_places", broken)
        with pytest.raises(RuntimeError):
            presences.make_presences(lake)
    assert all(table(lake, name).equals(rows) for name, rows in before.items())
    presences.make_presences(lake)
    assert table(lake, "places")["place_name"].to_list() == ["乙店"]
