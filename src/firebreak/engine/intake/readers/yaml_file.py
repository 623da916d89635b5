"""YAML whose scalars are texts as written: the safe base loader, no aliases, no tags."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import yaml

from firebreak.engine.intake.readers.encoding import encoding_of, text_blocks
from firebreak.engine.intake.readers.errors import file_error
from firebreak.engine.intake.readers.found import Chunk, Found
from firebreak.engine.intake.readers.trees import Row, Unreadable, flatten, rows_to_chunks
from firebreak.engine.intake.spec_model import ChannelSpec

_LARGEST = 16 << 20
_BEGINS = re.compile(r"\s*(#.*\n\s*)*(---|%YAML|- |[^\s:,|<>{}][^:,|<>{}\n]{0,60}:(\s|$))")


class _Loader(yaml.BaseLoader):
    """Builds texts, lists and objects only, and refuses aliases: a few of them can stand for billions of cells."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError("alias")
        return super().compose_node(parent, index)


def read_yaml(found: Found, spec: ChannelSpec) -> Iterator[Chunk]:
    """Each document at ``record_path`` is a record, or a list of them, or with ``key_column`` an object of them."""
    if found.size > _LARGEST:
        raise file_error("FB-F008", found.label, "YAML of more than 16 MB")
    text = "".join(text_blocks(found, encoding_of(found, spec.file.encoding))).removeprefix("\ufeff")
    if not _BEGINS.match(text):
        raise file_error("FB-F008", found.label, "it does not begin like YAML")
    try:
        documents = _documents(found, text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        found_at = f"line {mark.line + 1} is not YAML" if mark else "not YAML"
        raise file_error("FB-F015", found.label, found_at) from None
    except RecursionError:
        raise file_error("FB-F015", found.label, "nested too deep") from None
    yield from rows_to_chunks(found, spec, _records(found, spec, documents))


def _documents(found: Found, text: str) -> list[Any]:
    """All documents. Aliases are refused: a few lines of them can stand for billions of cells."""
    if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(text, Loader=_Loader)):
        raise file_error("FB-F006", found.label, "aliases")
    return list(yaml.load_all(text, Loader=_Loader))


def _records(found: Found, spec: ChannelSpec, documents: list[Any]) -> Iterator[Row | Unreadable]:
    lists, key_column = spec.lists, spec.file.key_column
    for document in documents:
        value = _at(found, document, spec.file.record_path)
        if key_column and isinstance(value, dict):
            keyed = [({key_column: key}, each) for key, each in value.items()]
        else:
            keyed = [({}, each) for each in (value if isinstance(value, list) else [value])]
        for key, each in keyed:
            yield {**key, **flatten(each, lists)} if isinstance(each, dict) else Unreadable("FB-R004", each)


def _at(found: Found, value: Any, path: str) -> Any:
    for step in path.split(".") if path else ():
        if not isinstance(value, dict) or step not in value:
            raise file_error("FB-F013", found.label, f'"{step}" of the record path')
        value = value[step]
    return value
