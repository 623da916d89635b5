"""The review queue: compare, rule, a second person, the way into the lake and back, undo."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.desks.lake import join, merged, three_people, with_reviews
from tests.desks.people import BY, SUZHOU, account, actor, browser
from tests.identity_lake import people_of, table

from firebreak.bridge import outbox
from firebreak.bridge.publish import BRIDGE, publish
from firebreak.lake.lake import Lake
from firebreak.ops.base.policy import Refused
from firebreak.ops.base.scope import acting_as, everywhere
from firebreak.ops.ledger.models import Entry
from firebreak.ops.outbox.models import Event
from firebreak.ops.persons import actions, selectors
from firebreak.ops.persons.models import Person, Review, Ruling
from firebreak.ops.runs import actions as runs
from firebreak.ops.runs.models import Run
from firebreak.ops.runs.progress import Job
from firebreak.terms.errors import FirebreakError
from firebreak.terms.offices import Office

REVIEWS = {Office.OFFICER, Office.STEWARD}
WHY = "演练：电话核实"


@pytest.fixture
def queue(tmp_path: Path, settings: Any) -> tuple[Lake, list[int], int]:
    """王伟 and 单小明 of Wuxi wait as a pair; its id."""
    lake, ids = three_people(tmp_path / "lake")
    with_reviews(lake, [(ids[0], ids[2])])
    settings.FIREBREAK_LAKE = tmp_path / "lake"
    publish(lake)
    with acting_as(BY):
        return lake, ids, everywhere(Review, because="test").get().pk


def carry() -> dict[str, Any]:
    run = runs.request(kind="outbox", by=BY)
    with acting_as(BRIDGE):
        return outbox.carry(Job(run.pk, {}, BRIDGE))


def ruling() -> Ruling:
    with acting_as(BY):
        return everywhere(Ruling, because="test").order_by("-id")[0]


def events() -> list[str]:
    with acting_as(BY):
        return list(everywhere(Entry, because="test").order_by("id").values_list("event", flat=True))


def published() -> set[int]:
    with acting_as(BY):
        return set(everywhere(Person, because="test").values_list("person_id", flat=True))


@pytest.mark.parametrize("office", list(Office))
def test_officers_and_stewards_review_and_nobody_else(queue: tuple[Lake, list[int], int], office: Office) -> None:
    client, pair = browser(account(office)), queue[2]
    allowed = office in REVIEWS
    for address in ("/reviews/", f"/reviews/{pair}", "/reviews/rulings/"):
        assert client.get(address).status_code == (200 if allowed else 403), address
    shown = client.post(f"/reviews/{pair}/show", {"reason": WHY})
    assert ("王伟" in shown.content.decode()) == allowed
    ruled = client.post(f"/reviews/{pair}/rule", {"kind": "cannot", "reason": WHY})
    assert ruled.status_code == (302 if allowed else 403)
    with acting_as(BY):
        assert everywhere(Ruling, because="test").exists() == allowed


def test_a_pair_is_masked_and_what_was_shown_in_full_is_in_both_peoples_files(
    queue: tuple[Lake, list[int], int],
) -> None:
    _, (wang, _, shan), pair = queue
    client = browser(account(Office.STEWARD, name="clerk"))
    text = client.get(f"/reviews/{pair}").content.decode()
    for told in ("王*", "单*", "+6.5", "比较项", "<rect"):
        assert told in text, told
    assert "王伟" not in text
    assert client.post(f"/reviews/{pair}/show", {"reason": "x"}).status_code == 400
    assert "王伟" in client.post(f"/reviews/{pair}/show", {"reason": WHY}).content.decode()
    for person in (wang, shan):
        file = browser(account(Office.OFFICER)).get(f"/persons/{person}").content.decode()
        assert "clerk" in file
        assert "核对时查看明文" in file


def test_somebody_who_answers_for_one_side_only_sees_no_pair(queue: tuple[Lake, list[int], int]) -> None:
    client = browser(account(Office.STEWARD, SUZHOU))
    assert client.get(f"/reviews/{queue[2]}").status_code == 404
    assert client.post(f"/reviews/{queue[2]}/rule", {"kind": "cannot", "reason": WHY}).status_code == 404


def test_different_people_goes_to_the_lake_at_once_and_leaves_the_queue(queue: tuple[Lake, list[int], int]) -> None:
    lake, (wang, _, shan), pair = queue
    clerk = actor(Office.STEWARD)
    made = actions.rule(review_id=pair, kind="cannot", reason=WHY, by=clerk)
    assert (made.state, Event.objects.get().kind) == ("decided", "ruling.cannot")
    assert Run.objects.filter(kind="outbox", state="waiting").count() == 1
    with pytest.raises(FirebreakError) as twice:
        actions.rule(review_id=pair, kind="must", reason=WHY, by=clerk)
    assert twice.value.code == "FB-PERSONS-RULED"
    carry()
    row = table(lake, "rulings").row(0, named=True)
    assert {row["left_record_id"], row["right_record_id"]} == {wang, shan}
    assert (row["kind"], row["decided_by"], row["reason"]) == ("cannot", clerk.name, WHY)
    assert ruling().state == "applied"
    with acting_as(BY):
        assert not everywhere(Review, because="test").exists()
    carry()
    assert table(lake, "rulings").height == 1


def test_same_person_waits_for_a_second_one_who_is_not_the_first(queue: tuple[Lake, list[int], int]) -> None:
    lake, (wang, _, shan), pair = queue
    first, second = actor(Office.OFFICER), actor(Office.STEWARD)
    made = actions.rule(review_id=pair, kind="must", reason=WHY, by=first)
    assert (made.state, Event.objects.count()) == ("proposed", 0)
    with pytest.raises(FirebreakError) as alone:
        actions.confirm(ruling_id=made.pk, by=first)
    assert alone.value.code == "FB-PERSONS-SAME"
    with pytest.raises(Refused):
        actions.confirm(ruling_id=made.pk, by=actor(Office.STEWARD, SUZHOU))
    actions.confirm(ruling_id=made.pk, by=second)
    with pytest.raises(FirebreakError) as again:
        actions.send_back(ruling_id=made.pk, by=second)
    assert again.value.code == "FB-PERSONS-STATE"
    carry()
    assert len(people_of(lake)) == 2
    kept, gone = min(wang, shan), max(wang, shan)
    assert published() & {wang, shan} == {kept}
    with acting_as(first):
        assert selectors.living(person_id=gone, by=first) == kept
    assert table(lake, "rulings")["decided_by"].to_list() == [f"{first.name} + {second.name}"]
    assert events().count("persons.ruled") == events().count("persons.confirmed") == 1


def test_a_second_person_sends_back_and_the_first_takes_back(queue: tuple[Lake, list[int], int]) -> None:
    lake, _, pair = queue
    first, second = actor(Office.OFFICER), actor(Office.STEWARD)
    actions.send_back(ruling_id=actions.rule(review_id=pair, kind="must", reason=WHY, by=first).pk, by=second)
    made = actions.rule(review_id=pair, kind="must", reason=WHY, by=first)
    with pytest.raises(FirebreakError):
        actions.take_back(ruling_id=made.pk, by=second)
    actions.take_back(ruling_id=made.pk, by=first)
    unsure = actions.rule(review_id=pair, kind="unsure", reason=WHY, by=first)
    assert unsure.state == "noted"
    assert carry()["sent"] == 0
    assert table(lake, "rulings").is_empty()
    with acting_as(BY):
        assert everywhere(Review, because="test").exists()


def test_what_the_lake_refuses_is_told_with_its_code(queue: tuple[Lake, list[int], int], settings: Any) -> None:
    from firebreak.bridge import rulings
    from firebreak.terms.enums import RulingKind

    lake, (wang, _, shan), pair = queue
    settings.FIREBREAK_TWO_PEOPLE = frozenset()
    rulings.rule(lake, RulingKind.CANNOT, (wang, 0), (shan, 0), by="x", reason="演练")
    made = actions.rule(review_id=pair, kind="must", reason=WHY, by=actor(Office.STEWARD))
    assert carry() == {"sent": 0, "refused": 1, "records": 0}
    made = ruling()
    assert (made.state, made.code) == ("refused", "FB-RULING-CONFLICT")
    text = browser(account(Office.STEWARD)).get(f"/reviews/rulings/{made.pk}").content.decode()
    assert "FB-RULING-CONFLICT" in text


def test_undoing_a_merge_shows_what_is_given_back_and_gives_it_back(tmp_path: Path, settings: Any) -> None:
    lake, (one, other) = merged(tmp_path / "lake")
    join(lake)
    settings.FIREBREAK_LAKE = tmp_path / "lake"
    publish(lake)
    kept, gone = min(one, other), max(one, other)
    assert published() == {kept}
    client = browser(account(Office.STEWARD))
    text = client.get("/reviews/merges/1").content.decode()
    for told in (str(kept), str(gone), "made-up", "合并之后另有 1 条记录"):
        assert told in text, told
    assert client.post("/reviews/merges/1", {"reason": ""}).status_code == 200
    assert client.post("/reviews/merges/1", {"reason": WHY}).status_code == 302
    assert ruling().kind == "undo"
    carry()
    assert published() == {one, other}
    assert ruling().state == "applied"
    answer = client.get("/reviews/merges/1")
    assert (answer.status_code, b"FB-PERSONS-MERGE" in answer.content) == (400, True)
    assert browser(account(Office.STEWARD, SUZHOU)).post("/reviews/merges/2", {"reason": WHY}).status_code == 400


def test_work_killed_after_the_lake_had_it_is_done_again_and_misses_nobody(
    queue: tuple[Lake, list[int], int], settings: Any, monkeypatch: Any
) -> None:
    lake, (wang, _, shan), pair = queue
    settings.FIREBREAK_TWO_PEOPLE = frozenset()
    actions.rule(review_id=pair, kind="must", reason=WHY, by=actor(Office.STEWARD))

    def dying(*_: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(outbox, "publish_concerned", dying)
        with pytest.raises(KeyboardInterrupt):
            outbox.carry(Job(runs.request(kind="outbox", by=BY).pk, {}, BY))
    assert published() >= {wang, shan}
    carry()
    assert published() & {wang, shan} == {min(wang, shan)}
    assert ruling().state == "applied"
    assert table(lake, "rulings").height == 1


@pytest.mark.parametrize("count", [1, 50])
def test_queue_pair_and_rulings_cost_the_same_few_queries_for_one_and_for_fifty(
    tmp_path: Path, settings: Any, django_assert_max_num_queries: Any, count: int
) -> None:
    from tests.desks.test_persons import crowd

    lake = crowd(tmp_path / "lake", count + 1)
    settings.FIREBREAK_LAKE = tmp_path / "lake"
    ids = sorted(published())
    publish(with_reviews(lake, [(ids[0], other) for other in ids[1:]]))
    clerk, client = actor(Office.STEWARD), browser(account(Office.STEWARD))
    with acting_as(BY):
        pairs = list(everywhere(Review, because="test").values_list("pk", flat=True))
    for pair in pairs:
        actions.rule(review_id=pair, kind="unsure", reason=WHY, by=clerk)
    with django_assert_max_num_queries(9):
        assert client.get("/reviews/").content.decode().count('data-label="主要依据"') == count
    with django_assert_max_num_queries(10):
        assert client.get(f"/reviews/{pairs[0]}").status_code == 200
    with django_assert_max_num_queries(9):
        assert client.get("/reviews/rulings/").content.decode().count('data-label="裁定人"') == count
