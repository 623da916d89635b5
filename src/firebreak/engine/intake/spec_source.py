"""Where in a spec file something stands, so that an error can name its line; and strict reading of its tables."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, NoReturn

from firebreak.terms.errors import SpecError

_HEADER = re.compile(r"^\s*\[{1,2}\s*([^\[\]]+?)\s*\]{1,2}\s*(#.*)?$")
_KINDS = {str: "a text", int: "a whole number", bool: "true or false", date: "a date", list: "a list", dict: "a table"}


@dataclass(frozen=True, slots=True)
class Source:
    """One spec file: its path and its text."""

    path: Path
    text: str

    def line_of(self, section: str, key: str = "", nth: int = 0) -> int:
        """The line of ``key`` in the ``nth`` table called ``section`` ("" is the top); the table's own line, else 1."""
        current, seen, header = "", -1, 1
        inside = section == ""
        start = re.compile(rf"(^|[\s{{,])[\"']?{re.escape(key)}[\"']?\s*=") if key else None
        for number, line in enumerate(self.text.splitlines(), start=1):
            if match := _HEADER.match(line):
                current = match[1].replace('"', "").replace(" ", "")
                seen += current == section
                inside = seen == nth and (current == section or (bool(section) and current.startswith(f"{section}.")))
                header = number if inside else header
            elif inside and start and (start.search(line) or f'"{key}"' in line):
                return number
        return header

    def fail(self, code: str, line: int, found: str, rule: str, remedy: str) -> NoReturn:
        """Raise the SpecError that names this file and line."""
        raise SpecError(code, f"{self.path}:{line}: {found}", rule, remedy)


def nearest(word: str, words: Iterable[str]) -> str:
    """`` Did you mean "…"?``, where one of ``words`` is close; else the empty text."""
    close = difflib.get_close_matches(word, list(words), n=1)
    return f' Did you mean "{close[0]}"?' if close else ""


class TableReader:
    """Takes the keys of one TOML table, each with its kind, and refuses those nobody took."""

    def __init__(self, source: Source, section: str, table: dict[str, Any], nth: int = 0) -> None:
        self.source, self.section, self.table, self.nth = source, section, table, nth
        self._taken: dict[str, None] = {}

    def fail(self, code: str, key: str, found: str, rule: str, remedy: str) -> NoReturn:
        """Raise the SpecError that names the line of ``key`` in this table."""
        self.source.fail(code, self.source.line_of(self.section, key, self.nth), found, rule, remedy)

    def take(self, key: str, kind: type, default: Any = ...) -> Any:
        """The key's value, of that kind; ``default`` where it is absent; SpecError where it is needed or of another."""
        self._taken[key] = None
        if key not in self.table:
            if default is ...:
                place = f"[{self.section}]" if self.section else "the top of the file"
                self.fail("FB-S003", "", f'"{key}" is missing in {place}', f'"{key}" is needed.', f"Add {key} = ….")
            return default
        value = self.table[key]
        if not isinstance(value, kind) or isinstance(value, bool) > (kind is bool) or isinstance(value, datetime):
            found = f'"{key}" is of another kind ({type(value).__name__})'
            self.fail("FB-S004", key, found, f'"{key}" is {_KINDS[kind]}.', "Write it so.")
        return value

    def choice(self, key: str, words: Iterable[str], default: Any = ...) -> Any:
        """A text out of a closed list."""
        value, words = self.take(key, str, default), list(words)
        if value not in words:
            self.fail(
                "FB-S004",
                key,
                f'"{key}" is "{value}"',
                f"It is one of {', '.join(words)}.",
                f"Use one of them.{nearest(value, words)}",
            )
        return value

    def texts(self, key: str, default: Any = ()) -> tuple[str, ...]:
        """A list of texts."""
        values = self.take(key, list, default)
        if not all(isinstance(value, str) for value in values):
            self.fail(
                "FB-S004", key, f'"{key}" holds something else than texts', "It is a list of texts.", "Write it so."
            )
        return tuple(values)

    def done(self) -> None:
        """Refuse the keys that nobody took."""
        for key in self.table:
            if key not in self._taken:
                rule = f"The keys here are {', '.join(self._taken)}."
                remedy = f"Remove it or mend its spelling.{nearest(key, self._taken)}"
                self.fail("FB-S002", key, f'unknown key "{key}"', rule, remedy)
