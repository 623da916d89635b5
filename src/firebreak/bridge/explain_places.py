"""Where a person was and belongs, for the walk back: each step names the record that proves it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from firebreak.bridge.session import Row, Session
from firebreak.bridge.timetable import local
from firebreak.engine.tracing.followed import followed

_SHOWN = 40

Step = tuple[str, dict[str, str]]
"""The key of the text, and its values."""


def places_of(session: Session, person: int) -> Iterator[Step]:
    """The person's presences in the order of time, then its memberships; the first forty of each."""
    there = sorted(session.rows("presences_by_person", person_id=person), key=lambda row: row["start_at"])[:_SHOWN]
    belongs = sorted(session.rows("memberships", person_id=person), key=lambda row: (row["place_id"], row["record_id"]))
    wanted = {row["place_id"] for row in (*there, *belongs[:_SHOWN])}
    names = {(row["place_id"], row["cell_id"]): row for row in session.rows("places", place_id=wanted)}
    for row in there:
        yield ("presence_assumed" if row["assumed"] else "presence"), _told(row, names) | {
            "start": _moment(row["start_at"]), "end": _moment(row["end_at"]),
        }  # fmt: skip
    for row in belongs[:_SHOWN]:
        days = {"start": str(row["valid_from"] or "…"), "end": str(row["valid_to"] or "…")}
        yield "membership", _told(row, names) | days


def lists_of(session: Session, person: int) -> Iterator[Step]:
    """On which cases' lists the person is, as identities are today, the first forty; each with the proving record."""
    duck = session.duck
    rows = followed(*(duck.table(name) for name in ("exposures", "links", "aliases")))
    own = duck.run(rows.filter(rows.person_id == person), "lists").to_pylist()
    own.sort(key=lambda row: (row["case_person_id"], row["rule"], row["record_id"], row["part"]))
    for row in own[:_SHOWN]:
        yield "listed", {
            "case": str(row["case_person_id"]), "rule": row["rule"], "level": row["contact_level"],
            "relation": row["relation"], "start": _moment(row["from_at"]), "record": str(row["record_id"]),
        }  # fmt: skip


def _told(row: Row, names: Mapping[tuple[int, int | None], Row]) -> dict[str, str]:
    place = names.get((row["place_id"], None), {})
    cell = names.get((row["place_id"], row["cell_id"]), {}) if row["cell_id"] is not None else {}
    return {
        "kind": row["place_kind"], "place": place.get("place_name") or "—", "cell": cell.get("cell") or "—",
        "record": str(row["record_id"]), "id": str(row["place_id"]),
    }  # fmt: skip


def _moment(at: object) -> str:
    shown = local(at)  # type: ignore[arg-type]
    return shown.strftime("%Y-%m-%d %H:%M") if shown else "—"
