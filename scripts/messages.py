"""Compiles the interface's translations (.po → .mo); with ``--update``, takes the source's new texts into them.

The texts in the source are Chinese; ``locale/en`` holds the English of each. GNU gettext is not needed.
"""

from __future__ import annotations

import ast
import re
import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
SOURCES = ROOT / "src" / "firebreak"
LOCALE = SOURCES / "web" / "locale"
PO = LOCALE / "en" / "LC_MESSAGES" / "django.po"
_SIMPLE = re.compile(r"""\{%-?\s*(?:trans|translate)\s+(?:"([^"]+)"|'([^']+)')""")
_BLOCK = re.compile(r"\{%\s*blocktrans(?:late)?\b([^%]*)%\}(.*?)\{%\s*endblocktrans(?:late)?\s*%\}", re.S)
_CALLED = re.compile(r"""\b_\(\s*(?:"([^"]+)"|'([^']+)')\s*\)""")
_VARIABLE = re.compile(r"\{\{\s*([\w.]+)\s*\}\}")
# No dates, no places: the file changes where a text changes, and nowhere else.
_HEADER = b"""msgid ""
msgstr ""
"Language: en\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

"""
_GETTEXT = ("_", "__", "gettext", "gettext_lazy", "pgettext", "ngettext", "gettext_noop")


def texts() -> dict[str, list[str]]:
    """Every Chinese text of the desks that is translated, with where it stands."""
    found: dict[str, list[str]] = {}
    for path in (*SOURCES.glob("ops/*/templates/**/*.html"), *SOURCES.glob("web/templates/**/*.html")):
        for text in _in_template(path.read_text("utf-8")):
            found.setdefault(text, []).append(path.relative_to(SOURCES).as_posix())
    for room in ("ops", "web", "config"):
        for path in sorted((SOURCES / room).rglob("*.py")):
            for text in _in_code(path.read_text("utf-8")):
                found.setdefault(text, []).append(path.relative_to(SOURCES).as_posix())
    return found


def _in_template(source: str) -> list[str]:
    simple = [one or two for one, two in _SIMPLE.findall(source)]
    called = [one or two for one, two in _CALLED.findall(source)]
    blocks = []
    for options, body in _BLOCK.findall(source):
        text = _VARIABLE.sub(r"%(\1)s", body.replace("%", "%%") if "%" in body else body)
        blocks.append(" ".join(text.split()) if "trimmed" in options else text)
    return simple + called + blocks


def _in_code(source: str) -> list[str]:
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    named = [call for call in calls if isinstance(call.func, ast.Name) and call.func.id in _GETTEXT and call.args]
    return [call.args[0].value for call in named
            if isinstance(call.args[0], ast.Constant) and isinstance(call.args[0].value, str)]  # fmt: skip


def catalogue() -> Catalog:
    """The English catalogue as it is written."""
    with PO.open("rb") as file:
        return read_po(file, locale="en")


def untranslated() -> list[str]:
    """Texts without English."""
    known = catalogue()
    return [text for text in texts() if not (known.get(text) and known.get(text).string)]


def compiled() -> None:
    """Write the .mo file that Django reads."""
    with PO.with_suffix(".mo").open("wb") as file:
        write_mo(file, catalogue())


def update() -> None:
    """Add new texts with empty English, drop those that nobody says any more."""
    old = catalogue() if PO.exists() else Catalog(locale="en")
    new = Catalog(locale="en", fuzzy=False)
    for text in sorted(texts()):
        known = old.get(text)
        new.add(text, string=known.string if known else "")
    PO.parent.mkdir(parents=True, exist_ok=True)
    with PO.open("wb") as file:
        file.write(_HEADER)
        write_po(file, new, omit_header=True, width=0, sort_output=True)


if __name__ == "__main__":
    if "--update" in sys.argv:
        update()
        sys.stdout.write("".join(f"no English: {text}\n" for text in untranslated()))
    compiled()
