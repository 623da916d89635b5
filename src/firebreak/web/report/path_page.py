"""The path of an exposure in words, and as a page with its picture: two stretches on one line of stations."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path as File

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from firebreak.bridge.paths import Encounter, Path, Segment, Source, Step
from firebreak.engine.tracing.rules.manual import reach_words
from firebreak.terms.enums import Setting
from firebreak.web.report import compare_words, words
from firebreak.web.report.files import UNSAFE, write_file
from firebreak.web.report.meeting_rows import place_text, span_text
from firebreak.web.report.page import policy

WIDTH, LEFT, RIGHT = 900, 20, 20
"""The picture's units; it scales with the page."""


def step_lines(path: Path, step: Step, lang: str) -> list[str]:
    """Case, ride, rule, contact: one line each, each following from the one before."""
    text = words.texts().text
    return [
        case_line(path, lang),
        text("path.ride", lang, **_place(step, step.case), **_source(step.case.source)),
        text("path.rule", lang, rule=path.cite, name=path.pack.zh if lang == "zh" else path.pack.en,
             setting=text(f"setting.{step.setting}", lang), why=compare_words.reason(step.why, lang)),
        text("path.overlap", lang, **overlap(step, lang)),
        text("path.contact", lang, person=path.person_id, **_place(step, step.contact), **_source(step.contact.source)),
    ]  # fmt: skip


def encounter_lines(path: Path, met: Encounter, lang: str) -> list[str]:
    """Case, place, rule, what they have in common, contact: as ``step_lines`` for a meeting off the rides."""
    text, one = words.texts().text, met.meeting
    rule = path.pack.on(Setting(one.setting))
    place = place_text(one, lang) or text(f"setting.{one.setting}", lang)
    via = text("path.via", lang, person=one.via_person_id) if one.via_person_id is not None else ""
    return [
        case_line(path, lang),
        text("path.there", lang, place=place, who=via, **_source(met.case)),
        text("path.rule", lang, rule=path.cite, name=path.pack.zh if lang == "zh" else path.pack.en,
             setting=text(f"setting.{one.setting}", lang), why=reach_words(rule, lang) if rule else "—"),
        text("path.together", lang, relation=words.relation(one.relation, lang), span=span_text(one) or "—",
             level=text(f"contact_level.{one.contact_level}", lang), minutes=words.minutes(one.minutes),
             cumulative=words.minutes(one.cumulative_minutes)),
        text("path.contact_there", lang, person=path.person_id, place=place, **_source(met.contact)),
    ]  # fmt: skip


def case_line(path: Path, lang: str) -> str:
    """The case's record, onset and window; where the order named a seat, that."""
    text = words.texts().text
    if path.case_record is None:
        return text("path.seat", lang, person=path.case_person_id)
    window = " → ".join(moment.strftime("%Y-%m-%d %H:%M") for moment in path.window) if path.window else "—"
    days = {"onset": words.day(path.onset_on), "reported": words.day(path.reported_on)}
    return text("path.case", lang, case=path.case_no, window=window, **days, **_source(path.case_record))


def overlap(step: Step, lang: str) -> dict[str, str]:
    """What the two have in common, in words."""
    return {
        "relation": words.relation(step.relation, lang),
        "level": words.texts().text(f"contact_level.{step.contact_level}", lang),
        "from_": step.stations.get(step.from_seq, f"#{step.from_seq}"),
        "to": step.stations.get(step.to_seq, f"#{step.to_seq}"),
        "begin": words.clock(step.from_at) or "—",
        "end": words.clock(step.to_at) or "—",
        "minutes": words.minutes(step.minutes),
        "metres": "—" if step.distance is None else f"{step.distance:.1f}",
        "rate": words.expected_line(step.expected, lang),
    }


def _place(step: Step, own: Segment) -> dict[str, str]:
    return {
        "service": step.service_no, "date": step.run_date.isoformat(), "coach": str(own.coach or "—"),
        "seat": own.seat or "—", "from_": step.stations.get(own.board_seq, f"#{own.board_seq}"),
        "to": step.stations.get(own.alight_seq, f"#{own.alight_seq}"),
    }  # fmt: skip


def _source(source: Source) -> dict[str, str]:
    return {"record": str(source.record_id), "file": source.file or "—", "row": str(source.row)}


def write_path(path: Path, folder: File) -> File:
    """Write the page, readable by its owner only."""
    folder.mkdir(parents=True, exist_ok=True)
    marked = path.simulated and not path.case_no.startswith("DRILL")
    parts = ["DRILL" if marked else "", path.case_no or str(path.case_person_id), str(path.person_id), path.cite]
    stem = UNSAFE.sub("-", "_".join(part for part in parts if part))
    return write_file(folder / f"{stem}.html", render_path(path).encode())


def render_path(path: Path) -> str:
    """The whole page as HTML text, in both languages: no network, no inline handlers."""
    folder = files("firebreak.web.report").joinpath("templates")
    css, js = (folder.joinpath(f"compare.{kind}").read_text("utf-8") for kind in ("css", "js"))
    css += folder.joinpath("path.css").read_text("utf-8")
    environment = Environment(
        loader=PackageLoader("firebreak.web.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(t=words.both, pair=words.pair)
    steps = [{"lines": _both(path, step), "picture": picture(step), "step": step} for step in path.steps]
    met = [_pairs(*(encounter_lines(path, one, lang) for lang in ("zh", "en"))) for one in path.encounters]
    return environment.get_template("path.html").render(
        path=path, steps=steps, met=met, css=Markup(css), js=Markup(js), policy=policy(css, js)
    )


def _both(path: Path, step: Step) -> list[Markup]:
    return _pairs(*(step_lines(path, step, lang) for lang in ("zh", "en")))


def _pairs(chinese: list[str], english: list[str]) -> list[Markup]:
    return [words.pair(*two) for two in zip(chinese, english, strict=True)]


def picture(step: Step) -> dict[str, object]:
    """Where everything lies: stations on a line, a bar for each of the two, and their overlap between."""
    first = min(step.case.board_seq, step.contact.board_seq)
    last = max(step.case.alight_seq, step.contact.alight_seq)
    seqs = [seq for seq in sorted({*step.stations, first, last}) if first <= seq <= last]
    room = (WIDTH - LEFT - RIGHT) / max(len(seqs) - 1, 1)
    at = {seq: LEFT + room * number for number, seq in enumerate(seqs)}
    return {
        "width": WIDTH,
        "stations": [
            {"x": at[seq], "name": step.stations.get(seq, f"#{seq}"),
             "anchor": "start" if seq == seqs[0] else "end" if seq == seqs[-1] else "middle", "low": number % 2 == 1}
            for number, seq in enumerate(seqs)
        ],
        "case": _bar(at, step.case.board_seq, step.case.alight_seq),
        "contact": _bar(at, step.contact.board_seq, step.contact.alight_seq),
        "both": _bar(at, step.from_seq, step.to_seq),
    }  # fmt: skip


def _bar(at: dict[int, float], begin: int, end: int) -> dict[str, float]:
    return {"x": at[begin], "width": max(at[end] - at[begin], 2.0)}
