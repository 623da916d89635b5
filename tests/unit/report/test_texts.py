"""Every text for people exists in both languages, with the same placeholders, and every key that is used exists."""

import re
from pathlib import Path

import pytest

import firebreak
from firebreak.terms.texts import LANGS, catalogue

SOURCE = Path(firebreak.__file__).parent
PACKAGES = ("firebreak.terms", "firebreak.web.report", "firebreak.cli")
_HOLES = re.compile(r"\{(\w+)\}")
_USES = {
    "firebreak.web.report": (
        re.compile(r"""(?:\bt|\btext|both|t_zh|t_en)\(\s*["']([a-z_]+\.[a-z_0-9]+)["']\s*[,)]"""),
        "web/report",
    ),
    "firebreak.cli": (re.compile(r"""\bsay\(\s*["']([a-z_]+\.[a-z_0-9]+)["']\s*[,)]"""), "cli"),
}


@pytest.mark.parametrize("package", PACKAGES)
def test_each_text_is_there_in_both_languages_with_the_same_placeholders(package):
    for key, entry in catalogue(package).entries.items():
        assert set(entry) == set(LANGS), key
        assert all(text.strip() for text in entry.values()), key
        assert set(_HOLES.findall(entry["zh"])) == set(_HOLES.findall(entry["en"])), key


@pytest.mark.parametrize("package", PACKAGES)
def test_english_texts_hold_no_chinese(package):
    for key, entry in catalogue(package).entries.items():
        if key != "page.drill":
            assert not re.search(r"[㐀-鿿]", entry["en"]), key


@pytest.mark.parametrize("package", _USES)
def test_each_key_that_the_code_names_is_in_the_catalogue(package):
    pattern, folder = _USES[package]
    texts = catalogue("firebreak.terms", package)
    used = {
        (key, path.name)
        for path in (SOURCE / folder).rglob("*")
        if path.suffix in {".py", ".html"}
        for key in pattern.findall(path.read_text("utf-8"))
    }
    assert len(used) > 10
    assert [use for use in sorted(used) if not texts.has(use[0])] == []


def test_each_stored_word_that_is_shown_has_a_text():
    from firebreak.terms import enums

    texts = catalogue("firebreak.terms")
    for section, enumeration in (("mode", enums.Mode), ("state", enums.CaseState), ("place", enums.PlaceKind)):
        for member in enumeration:
            assert texts.has(f"{section}.{member}"), member
