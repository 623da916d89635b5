"""What holds for a spec as a whole, and for all specs together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from itertools import combinations
from typing import Any

import pyarrow as pa

from firebreak.engine.intake.fields import FIELDS
from firebreak.engine.intake.spec_model import TREES, ChannelSpec
from firebreak.engine.intake.spec_source import Source
from firebreak.terms.enums import Category
from firebreak.terms.tables import FACTS, MENTIONS

WHO = ("name", "document", "phone", "plate", "doc_number")

REQUIRED: dict[Category, tuple[tuple[str, ...], ...]] = {
    Category.JOURNEY: (("board_date", "board_at", "run_date"), ("service_no", "service_key", "mode", "trip_detail")),
    Category.STAY: (("start_at", "end_at"), ("place_name", "place_code", "place_kind", "address", "cell")),
    Category.CHECK: (("at",), ("post", "post_kind")),
    Category.TEST: (("sampled_at", "result_at"),),
    Category.REGISTRATION: (("at",), ("kind",)),
    Category.RESIDENCE: (WHO, ("kind",)),
    Category.DECLARATION: (("at", "arrived_on"),),
    Category.ROSTER: (WHO, ("organisation", "organisation_code", "employer")),
    Category.CASE: (("case_no", "name", "document", "reported_on", "onset_on"),),
    Category.TIMETABLE: (("service_no", "service_key"), ("station",)),
    Category.COUNT: (("counted_on",), ("measure",), ("value",)),
}
"""For each category, what a layout must say at least: one of each group, as a column, a combination or a constant."""

_KEPT = {"record_id", "part", "raw_hash", "channel"}


def check(spec: ChannelSpec, source: Source) -> None:
    """Raise SpecError where the spec contradicts itself or its category."""
    _constants(spec, source)
    _says_what_it_must(spec, source)
    _dates(spec, source)
    _lists(spec, source)
    _identity(spec, source)


def check_together(specs: Iterable[ChannelSpec]) -> None:
    """Raise SpecError where two specs have one id and version, or two versions are in force on one day."""
    for one, other in combinations(sorted(specs, key=lambda spec: (spec.id, spec.version)), 2):
        if one.id != other.id:
            continue
        source = Source(other.path, other.path.read_text("utf-8"))
        if one.version == other.version:
            rule = "An id and a version name one layout."
            source.fail("FB-S010", source.line_of("", "id"), f"{one.key} is also in {one.path}", rule, "Rename one.")
        end, start = one.valid_to or date.max, other.valid_to or date.max
        if one.valid_from <= start and other.valid_from <= end:
            found = f"{other.key} and {one.key} ({one.path.name}) are in force on the same days"
            rule = "Versions of one channel do not overlap in time."
            source.fail("FB-S009", source.line_of("", "valid_from"), found, rule, "Mend valid_from and valid_to.")


def _constants(spec: ChannelSpec, source: Source) -> None:
    _constants_of(spec, source, "constants", 0, spec.constants)
    for nth, several in enumerate(spec.several):
        _constants_of(spec, source, "several", nth, several.constants)


def _constants_of(spec: ChannelSpec, source: Source, section: str, nth: int, constants: Mapping[str, Any]) -> None:
    types = {column.name: column.type for table in (MENTIONS, FACTS[spec.category]) for column in table}
    for name, value in constants.items():
        line = source.line_of(section, name, nth)
        if name not in types or name in _KEPT:
            rule = f"A constant is a column of {FACTS[spec.category].name} or mentions."
            source.fail("FB-S008", line, f'"{name}" is no such column', rule, "See docs/reference/tables.md.")
        if not isinstance(value, _python(types[name])):
            rule = f"{name} is {types[name]}."
            source.fail("FB-S008", line, f'the constant "{name}" is of another kind', rule, "Write it so.")


def _python(kind: pa.DataType) -> type | tuple[type, ...]:
    if pa.types.is_boolean(kind):
        return bool
    if pa.types.is_integer(kind):
        return int
    if pa.types.is_floating(kind):
        return (int, float)
    return date if pa.types.is_date(kind) or pa.types.is_timestamp(kind) else str


def said(spec: ChannelSpec) -> set[str]:
    """Every field and constant of the spec's own records, those of ``several`` included."""
    columns = [*spec.columns, *(column for several in spec.several for column in several.columns)]
    names = {column.field for column in columns if column.field} | {combine.field for combine in spec.combine}
    for several in spec.several:
        names |= {*several.constants, several.position} - {""}
    return names | set(spec.constants)


def _says_what_it_must(spec: ChannelSpec, source: Source) -> None:
    names = said(spec)
    for group in REQUIRED[spec.category]:
        if not names & set(group):
            found = f"a {spec.category} channel without {' or '.join(group)}"
            rule = f"A {spec.category} says one of them, as column, combination or constant."
            source.fail(
                "FB-S007", source.line_of("", "category"), found, rule, "Map a column to it, or add a constant."
            )


def _dates(spec: ChannelSpec, source: Source) -> None:
    if spec.valid_to is not None and spec.valid_to < spec.valid_from:
        line = source.line_of("", "valid_to")
        source.fail(
            "FB-S009", line, "valid_to is before valid_from", "A layout has a first and a last day.", "Mend it."
        )


def _lists(spec: ChannelSpec, source: Source) -> None:
    for nth, several in enumerate(spec.several):
        if several.list and spec.file.format not in TREES:
            rule = f"Lists exist in {', '.join(TREES)}."
            line = source.line_of("several", "list", nth)
            source.fail("FB-S011", line, f"a list in format {spec.file.format}", rule, "Use groups of columns.")
    if sum(bool(several.list) for several in spec.several) > 1:
        line = source.line_of("several", "list", 1)
        source.fail("FB-S011", line, "two lists", "A row is spread over one list.", "Make two specs or drop one.")


def _identity(spec: ChannelSpec, source: Source) -> None:
    stored = set(MENTIONS.names)
    for relation, columns in spec.identity.items():
        for column in columns:
            fact_only = column.field in FACTS[spec.category].names and column.field not in stored
            if column.field and (fact_only or column.field not in FIELDS):
                line = source.line_of("identity", column.source)
                found = f'"{column.field}" for the {relation}'
                source.fail("FB-S005", line, found, "People named besides have mention fields only.", "Remove it.")
