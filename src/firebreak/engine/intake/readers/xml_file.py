"""XML, record by record, without entities, document types and network."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from lxml import etree

from firebreak.engine.intake.readers.encoding import codec_name
from firebreak.engine.intake.readers.errors import file_error
from firebreak.engine.intake.readers.found import Chunk, Found
from firebreak.engine.intake.readers.trees import Row, rows_to_chunks
from firebreak.engine.intake.spec_model import ChannelSpec

_DOCTYPE = re.compile(rb"<!\s*(DOCTYPE|ENTITY)", re.I)
_CUT = ("Premature end", "EndTag", "end of data", "Extra content at the end of the document, line 1")


def read_xml(found: Found, spec: ChannelSpec) -> Iterator[Chunk]:
    """One row for each element at ``record_path`` (``root/list/item``). Attributes are ``@name``. Raises FileError."""
    yield from rows_to_chunks(found, spec, xml_records(found, spec))


def xml_records(found: Found, spec: ChannelSpec) -> Iterator[Row]:
    """The records as rows, one at a time. Raises FileError."""
    with found.open() as stream:
        head = stream.read(1 << 16)
    if _DOCTYPE.search(head if b"\x00" not in head else head.replace(b"\x00", b"")):
        raise file_error("FB-F012", found.label)
    wanted = [step for step in spec.file.record_path.split("/") if step]
    codec = None if spec.file.encoding == "auto" else codec_name(found, spec.file.encoding)
    lists = spec.lists
    try:
        with found.open() as stream:
            for element in _ends(stream, wanted[-1], codec):
                if _path(element, len(wanted)) == wanted:
                    yield row_of(element, lists)
                    _forget(element)
    except etree.XMLSyntaxError as error:
        cut = any(word in str(error) for word in _CUT)
        raise file_error("FB-F002" if cut else "FB-F015", found.label, f"line {error.lineno} is not XML") from None


def _ends(stream: Any, name: str, codec: str | None) -> Iterator[Any]:
    """Elements of that name in any namespace, each when it is complete."""
    for _, element in etree.iterparse(
        stream,
        events=("end",),
        tag=("{*}" + name),
        encoding=codec,
        load_dtd=False,
        no_network=True,
        resolve_entities=False,
        remove_comments=True,
        remove_pis=True,
        huge_tree=False,
    ):
        yield element


def _path(element: Any, longest: int) -> list[str]:
    """The names from the root to the element; one more than ``longest`` where there are more."""
    names: list[str] = []
    while element is not None and len(names) <= longest:
        names.append(_local(element.tag))
        element = element.getparent()
    return names[::-1]


def _forget(element: Any) -> None:
    """Free the element, and its finished siblings before it."""
    element.clear()
    while element.getprevious() is not None:
        del element.getparent()[0]


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def row_of(element: Any, lists: dict[str, tuple[str, ...]], prefix: str = "") -> Row:
    """An element's attributes and descendants as ``{dotted path: text}``.

    A child that comes again is a list: of rows where its path is in ``lists``, else its texts joined by ``;``. A
    wrapper around a list (``passengers/passenger``) is named by its full path (``passengers.passenger``).
    """
    row: Row = {f"{prefix}@{_local(name)}": value for name, value in element.items()}
    for child in element:
        path = prefix + _local(child.tag)
        if path in lists:
            row.setdefault(path, []).append(row_of(child, {}) | _own_text(child))
            continue
        text = (child.text or "").strip()
        if len(child) or child.attrib:
            found = row_of(child, lists, f"{path}.")
            _put(row, {**found, path: text} if text or not found else found)
        elif path in row:
            _put(row, {path: text})
        else:
            row[path] = text
    return row


def _put(row: Row, found: Row) -> None:
    for name, value in found.items():
        if name in row:
            value = [*row[name], *value] if isinstance(value, list) else f"{row[name]};{value}"
        row[name] = value


def _own_text(element: Any) -> Row:
    text = (element.text or "").strip()
    return {"": text} if text and not len(element) else {}
