"""A channel's layout as records: what is delivered one by one, or as lines of JSON, whatever its files look like."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from fnmatch import fnmatchcase

from firebreak.engine.intake.spec_model import ChannelSpec, FileSpec

SUFFIX = ".ndjson"


def as_records(spec: ChannelSpec) -> ChannelSpec:
    """The same columns, fields and rules; each record is a line of JSON whose keys are the file's own column names."""
    return replace(spec, file=FileSpec("jsonl", names=(f"{spec.id}-*{SUFFIX}",), encoding="utf-8"))


def named_by(file_name: str, specs: Iterable[ChannelSpec]) -> ChannelSpec | None:
    """The channel that a file of records names itself; None where it is no such file. Nothing is left to classify."""
    if not file_name.endswith(SUFFIX):
        return None
    return next((spec for spec in specs if fnmatchcase(file_name, f"{spec.id}-*{SUFFIX}") and _is_records(spec)), None)


def _is_records(spec: ChannelSpec) -> bool:
    return spec.file == as_records(spec).file


def layout_of(spec: ChannelSpec, file_name: str) -> ChannelSpec:
    """The layout of a file of this channel, by its name: that of its files, or of its records."""
    return as_records(spec) if file_name.endswith(SUFFIX) else spec
