"""Records as they are sent, one JSON object, a list of them or lines of JSON, as lines of JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from firebreak.terms.errors import FirebreakError

MOST_RECORDS = 10_000


def json_lines(body: bytes) -> Iterator[bytes]:
    """Each record as a line of JSON, whether it came as an object, in a list, or as a line."""
    for number, record in enumerate(_records(body.removeprefix(b"\xef\xbb\xbf")), start=1):
        if number > MOST_RECORDS:
            raise _wrong("more", f"At most {MOST_RECORDS:,} records a request.")
        if not isinstance(record, dict) or not record:
            raise _wrong(f"record {number}", "A record is a JSON object with the channel's columns as keys.")
        yield msgspec.json.encode(record)


def _records(body: bytes) -> Iterable[Any]:
    if not body.strip():
        raise _wrong("empty", "A request holds at least one record.")
    try:
        whole = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        yield from _by_line(body)
        return
    if whole == []:
        raise _wrong("empty", "A request holds at least one record.")
    yield from whole if isinstance(whole, list) else [whole]


def _by_line(body: bytes) -> Iterator[Any]:
    for number, line in enumerate(body.split(b"\n"), start=1):
        if line.strip():
            try:
                yield msgspec.json.decode(line)
            except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
                raise _wrong(f"line {number}", "Each line is one JSON object, in UTF-8.") from None


def _wrong(what: str, rule: str) -> FirebreakError:
    return FirebreakError("FB-API-RECORDS", what, rule, "Correct it; nothing was taken.")
