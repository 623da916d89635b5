"""A comparison of rules in words: what each rule says of somebody, and why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from firebreak.bridge.compare import Column, Comparison, Group, Line, RideLine
from firebreak.bridge.compare_met import MetLine
from firebreak.engine.tracing.why import Verdict
from firebreak.terms.masking import mask
from firebreak.web.report import words
from firebreak.web.report.meeting_rows import place_text, span_text

SIGNS = {"close": "●", "general": "○", "secondary": "◐", None: "–"}


def sign(verdict: Verdict) -> str:
    """● close contact, ○ general contact, – not listed."""
    return SIGNS[verdict.level]


def reason(verdict: Verdict, lang: str) -> str:
    """Why the rule lists somebody, or does not."""
    return words.texts().text(f"why.{verdict.reason}", lang, **verdict.values)


def level(name: str | None, lang: str) -> str:
    """What the contact is called."""
    return words.texts().text(f"contact_level.{name or 'none'}", lang)


def ride_line(ride: RideLine, lang: str) -> str:
    """A ride of the case in one line."""
    text = words.texts().text
    place = text("summary.coach_only", lang, coach=ride.coach) if ride.coach and not ride.seat else ""
    if ride.seat:
        place = text("summary.coach_seat", lang, coach=ride.coach, seat=ride.seat) if ride.coach else ride.seat
    return f"{ride.service_no} · {ride.run_date} · {place} · {ride.from_station} → {ride.to_station}"


def window_line(column: Column, lang: str) -> str:
    """From which day to which the rule's window lies; a dash where the order names the ride."""
    if column.window is None:
        return "—"
    return " → ".join(moment.strftime("%m-%d %H:%M") for moment in column.window)


def relations(group: Group, lang: str) -> str:
    """The relations of a group, neighbouring rows and bays taken together: ``rows_4 … rows_9`` are one."""
    rest = [words.relation(one, lang) for one in group.relations if not one.startswith(("rows_", "bays_"))]
    for kind in ("rows", "bays"):
        numbers = sorted(int(one[5:]) for one in group.relations if one.startswith(f"{kind}_"))
        rest += [_span(kind, *span, lang) for span in _spans(numbers)]
    return words.texts().text("compare.and", lang).join(rest)


def _span(kind: str, first: int, last: int, lang: str) -> str:
    if first == last:
        return words.relation(f"{kind}_{first}", lang)
    return words.texts().text(f"compare.{kind}", lang, first=first, last=last)


def _spans(numbers: Sequence[int]) -> Iterator[tuple[int, int]]:
    start = 0
    for at, number in enumerate(numbers):
        if at + 1 == len(numbers) or numbers[at + 1] != number + 1:
            yield numbers[start], number
            start = at + 1


def reasons(comparison: Comparison, group: Group, lang: str) -> list[tuple[str, str, str]]:
    """(sign, rules, why) of a group: rules that say the same for the same reason are named together."""
    found: dict[tuple[str, str], list[str]] = {}
    for column, verdict in zip(comparison.columns, group.verdicts, strict=True):
        found.setdefault((sign(verdict), reason(verdict, lang)), []).append(column.cite)
    ordered = sorted(found.items(), key=lambda entry: list(SIGNS.values()).index(entry[0][0]))
    return [(mark, " ".join(rules), why) for (mark, why), rules in ordered]


def seat(line: Line, lang: str) -> str:
    """Coach and seat of a line."""
    text = words.texts().text
    if not line.coach:
        return line.seat
    if not line.seat:
        return text("summary.coach_only", lang, coach=line.coach)
    return text("summary.coach_seat", lang, coach=line.coach, seat=line.seat)


def headings(comparison: Comparison, lang: str) -> list[str]:
    """The names of the columns of ``rows``: the person, then two columns a rule."""
    text = words.texts().text
    keys = ("compare.person", "field.name", "summary.train", "people.relation", "people.seat", "people.segment",
            "people.minutes", "compare.metres", "people.expected", "compare.setting")  # fmt: skip
    own = [text(key, lang) for key in keys]
    for column in comparison.columns:
        own += [column.cite, f"{column.cite}·{text('compare.why', lang)}"]
    return [*own, text("sources.record", lang)]


def rows(comparison: Comparison, lang: str) -> Iterator[list[str]]:
    """One row a person and ride that some rule lists, as text; names are masked."""
    for line in comparison.lines:
        if not any(verdict.level for verdict in line.verdicts):
            continue
        ride = comparison.rides[line.ride]
        cells = [
            str(line.person.person_id),
            mask("name", line.person.text("name")),
            f"{ride.service_no} {ride.run_date}",
            words.relation(line.relation, lang),
            seat(line, lang),
            f"{line.from_station} → {line.to_station}",
            words.minutes(line.minutes),
            "" if line.distance is None else f"{line.distance:.2f}",
            words.expected_line(line.expected, lang),
            words.texts().text(f"setting.{line.setting}", lang),
        ]
        yield [*cells, *_said(line.verdicts, lang), str(line.record_id)]
    for met in comparison.met:
        yield [*met_cells(met, lang), *_said(met.verdicts, lang), str(met.meeting.record_id)]


def met_cells(met: MetLine, lang: str) -> list[str]:
    """Somebody met off the rides, in the first columns of ``headings``: the place stands for the train."""
    one = met.meeting
    return [
        str(met.person.person_id), mask("name", met.person.text("name")), place_text(one, lang),
        words.relation(one.relation, lang), "", span_text(one), words.minutes(one.minutes), "", "",
        words.texts().text(f"setting.{one.setting}", lang),
    ]  # fmt: skip


def _said(verdicts: Sequence[Verdict], lang: str) -> list[str]:
    return [cell for verdict in verdicts for cell in (level(verdict.level, lang), reason(verdict, lang))]
