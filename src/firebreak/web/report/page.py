"""The report as one self-contained page: no network, no inline handlers, a content policy that names its own script."""

from __future__ import annotations

import base64
import json
from hashlib import sha256
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from firebreak.bridge.meetings import SECTIONS
from firebreak.bridge.ranking import closeness
from firebreak.bridge.report import FIELDS, Contact, Person, Ride, Sitting, TraceReport, Value
from firebreak.terms.masking import mask, shown
from firebreak.web.report import words
from firebreak.web.report.line import lanes, stations
from firebreak.web.report.meeting_rows import ranks_of, span_text
from firebreak.web.report.seatmap import Map, by_cell, draw, grid_for, tone
from firebreak.web.report.timeline import STEPS, timeline


def render_page(report: TraceReport) -> str:
    """The whole page as HTML text. Every value of a person is escaped by the template engine."""
    css, js = _asset("report.css") + _lane_css(report), _asset("report.js")
    sources = {channel: number for number, channel in enumerate(_channels_used(report), start=1)}
    environment = Environment(
        loader=PackageLoader("firebreak.web.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(
        t=words.both, pair=words.pair, relation=words.relation_pair, channel=words.channel_pair, tone=tone, mask=mask,
        shown=shown, clock=words.clock, day=words.day, minutes=words.minutes, expected=words.expected,
        fields=FIELDS, source_card=_source_card, label=_label,
        t_zh=lambda key: words.texts().text(key, "zh"), t_en=lambda key: words.texts().text(key, "en"),
        gap_text=words.gap_text, gap_remedy=words.gap_remedy, stage=words.stage,
        rule_text=words.pair(words.rule_line(report, "zh"), words.rule_line(report, "en")),
    )  # fmt: skip
    return environment.get_template("report.html").render(
        report=report,
        rides=[_ride(report, index, ride) for index, ride in enumerate(report.rides)],
        sources=sources,
        uses=_uses(report),
        css=Markup(css),
        js=Markup(js),
        policy=policy(css, js),
        data=_data(report),
        legend=_legend(report),
        timelines=[timeline(view, _ranked(report)) for view in report.places],
        steps=STEPS,
        **_met(report),
    )


def _ranked(report: TraceReport) -> dict[int, tuple[int, Person]]:
    """Rank and person of everybody the timelines may show; the case has rank 0."""
    people = {person: (one.rank, one.person) for person, one in report.listed.items()}
    case = report.case.person
    return people | ({case.person_id: (0, case)} if case else {})


def _met(report: TraceReport) -> dict[str, Any]:
    """The sections of people met elsewhere. A person has one anchor, in the first section that lists it."""
    sections = [(key, [one for one in report.met if one.section == key]) for key in SECTIONS]
    anchors: dict[str, set[int]] = {}
    seen: set[int] = set()
    for key, rows in sections:
        anchors[key] = {one.rank for one in rows} - seen
        seen |= anchors[key]
    ranks = ranks_of(report)
    on_rides = {contact.rank for contact in report.contacts}

    def link_of(person: int) -> str:
        rank = ranks.get(person, 0)
        return f"p{rank}" if rank in on_rides else f"m{rank}"

    return {
        "met_sections": [one for one in sections if one[1]], "anchors": anchors, "ranks": ranks, "link_of": link_of,
        "span": span_text,
    }  # fmt: skip


_SCRIPT_WORDS = (
    "people.copied", "people.shown", "map.whole", "map.people_n", "map.free", "map.outside", "page.drill",
)  # fmt: skip
"""Texts the script needs."""


def _asset(name: str) -> str:
    return files("firebreak.web.report").joinpath("templates", name).read_text("utf-8")


def policy(css: str, js: str) -> str:
    """The content policy of a page with one style and one script, named by their digests."""
    return (
        f"default-src 'none'; img-src data:; style-src 'sha256-{_digest(css)}'; script-src 'sha256-{_digest(js)}'; "
        "base-uri 'none'; form-action 'none'"
    )


def _digest(text: str) -> str:
    return base64.b64encode(sha256(text.encode()).digest()).decode()


def _lane_css(report: TraceReport) -> str:
    """Grid classes for the lanes, since the policy allows no style attributes."""
    counts = {len(ride.stops) for ride in report.rides} | ({STEPS + 1} if report.places else set())
    most = max(counts, default=0)
    rules = [f".f{i}{{grid-column-start:{i + 1}}}.e{i}{{grid-column-end:{i + 1}}}" for i in range(most)]
    rules += [f".n{n}{{grid-template-columns:repeat({max(n - 1, 1)},minmax(0,1fr))}}" for n in sorted(counts)]
    return "\n".join(rules)


def _channels_used(report: TraceReport) -> list[str]:
    return sorted(_uses(report), key=lambda channel: (-_uses(report)[channel], channel))


def _uses(report: TraceReport) -> dict[str, int]:
    """How many values of the list each channel gives."""
    uses: dict[str, int] = {}
    for one in report.listed.values():
        for value in one.person.values.values():
            uses[value.channel] = uses.get(value.channel, 0) + 1
    return uses


def _ride(report: TraceReport, index: int, ride: Ride) -> dict[str, Any]:
    case = report.case.person
    coaches = []
    for view in ride.coaches:
        unplaced = by_cell(view, grid_for(view)).get(None, [])
        coaches.append(
            {
                "view": view,
                "maps": [draw(ride, view, report.contacts, case, lying) for lying in (True, False)],
                "windows": [_windows(draw(ride, view, report.contacts, case, lying)) for lying in (True, False)],
                "unplaced": [_unplaced(report, sitting) for sitting in unplaced],
                "kind": _kind(view.layout.kind),
            }
        )
    return {
        "index": index,
        "ride": ride,
        "coaches": coaches,
        "stations": stations(ride),
        "lanes": lanes(ride, report.contacts, case),
        "seats": [sitting for view in ride.coaches for sitting in view.sittings if sitting.relation == "case"],
    }


def _kind(kind: str) -> Markup:
    key = f"kind.{kind}"
    return words.both(key if words.texts().has(key) else "kind.unknown")


def _windows(drawn: Map) -> list[tuple[int, int, int, int]]:
    """A short stroke on the wall beside every window seat: x1, y1, x2, y2."""
    width, height = drawn.drawing.size
    strokes = []
    for seat in drawn.seats:
        if not seat.window:
            continue
        if drawn.drawing.lying:
            y = 3 if seat.y < height / 2 else height - 3
            strokes.append((seat.x + 10, y, seat.x + drawn.drawing.seat_width - 10, y))
        else:
            x = 3 if seat.x < width / 2 else width - 3
            strokes.append((x, seat.y + 8, x, seat.y + drawn.drawing.seat_height - 8))
    return strokes


def _unplaced(report: TraceReport, sitting: Sitting) -> dict[str, Any]:
    contact = next((one for one in report.contacts if one.person.person_id == sitting.person_id), None)
    listed = contact if sitting.relation is not None else None
    return {"sitting": sitting, "contact": listed}


def _legend(report: TraceReport) -> list[str]:
    """The relations that occur, nearest first."""
    found = {
        sitting.relation
        for ride in report.rides
        for view in ride.coaches
        for sitting in view.sittings
        if sitting.relation
    } | {exposure.relation for contact in report.contacts for exposure in contact.exposures}
    return sorted(found, key=closeness)


def _label(contact: Contact) -> str:
    """What the filter searches: every value of the row, in one line of small letters."""
    values = [shown(field, value.text) for field, value in contact.person.values.items()]
    places = [f"{exposure.coach}-{exposure.seat} {exposure.seat}" for exposure in contact.exposures]
    return " ".join((*values, *places)).lower()


def _source_card(report: TraceReport, value: Value) -> Markup:
    """Everything known about where one value comes from, as lines."""
    channel = words.channel_pair(report.channels.get(value.channel), value.channel)
    lines = [
        channel,
        words.both("people.completed") if value.completed else words.both("people.given"),
        words.both("people.seen", day=words.day(value.seen_on)),
        words.both("people.confidence", value=f"{value.confidence:.2f}"),
        words.both("people.agreeing", n=value.agreeing),
    ]
    if value.rivals:
        lines.append(words.both("people.rivals", n=value.rivals))
    lines.append(words.both("people.record", record=value.record_id))
    return Markup("").join(Markup("<span class=line>{}</span>").format(line) for line in lines)


def _data(report: TraceReport) -> Markup:
    """What the page's script needs, as JSON that cannot end the element it stands in."""
    text = json.dumps(
        {
            "drill": report.simulated,
            "rides": [[stop.station for stop in ride.stops] for ride in report.rides],
            "words": {
                key: [words.texts().text(key, lang) for lang in ("zh", "en")]
                for key in _SCRIPT_WORDS
            },
            "relations": {
                name: [words.relation(name, "zh"), words.relation(name, "en")] for name in _legend(report)
            },
        },
        ensure_ascii=False,
    )  # fmt: skip
    return Markup(text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))
