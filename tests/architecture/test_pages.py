"""Pages: nothing inline that the content security policy would refuse, no text without its English."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FIREBREAK = ROOT / "src" / "firebreak"
TEMPLATES = sorted(FIREBREAK.glob("ops/*/templates/**/*.html")) + sorted(FIREBREAK.glob("web/templates/**/*.html"))
"""Pages that are served; those that are written to a file have texts and a policy of their own."""
_spec = importlib.util.spec_from_file_location("messages_script", ROOT / "scripts" / "messages.py")
assert _spec is not None
assert _spec.loader is not None
messages = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(messages)

_INLINE = re.compile(
    r"""\sstyle\s*=|\son[a-z]+\s*=\s*["']|<style|<script(?![^>]*\bsrc=)|javascript:|\|safe\b|autoescape off""", re.I
)
_HAN = re.compile(r"[㐀-鿿]")
_SAID = re.compile(
    r"\{%\s*(?:trans|translate)\b.*?%\}|\{%\s*blocktrans(?:late)?\b.*?endblocktrans(?:late)?\s*%\}|\{#.*?#\}|_\([^)]*\)",
    re.S,
)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_a_template_holds_no_inline_style_script_or_handler(path: Path) -> None:
    assert _INLINE.findall(path.read_text("utf-8")) == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_a_template_says_nothing_that_cannot_be_said_in_english(path: Path) -> None:
    assert [line for line in _SAID.sub("", path.read_text("utf-8")).splitlines() if _HAN.search(line)] == []


def test_every_text_has_its_english() -> None:
    assert messages.untranslated() == [], "run make messages and fill them in"


def test_no_english_is_left_for_a_text_that_nobody_says() -> None:
    known = {message.id for message in messages.catalogue() if message.id}
    assert known - set(messages.texts()) == set(), "run make messages"


def test_the_lock_of_the_front_end_has_hashes_and_no_addresses() -> None:
    import json

    lock = json.loads((ROOT / "src/firebreak/web/packages/package-lock.json").read_text("utf-8"))
    packages = {name: entry for name, entry in lock["packages"].items() if name}
    assert packages
    assert all(entry["integrity"].startswith("sha512-") for entry in packages.values())
    assert not any("resolved" in entry for entry in packages.values())
