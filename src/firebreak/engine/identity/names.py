"""May two names, said of one document number, phone or seat, be one person's name? A guard, never a proof."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from importlib.resources import files

from pypinyin import Style, pinyin

_HAN = re.compile(r"[㐀-鿿]")
_CONFUSED = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("ang", "an"), ("eng", "en"), ("ing", "in"), ("hu", "f"))
"""Sounds that clerks of the Jianghuai and Wu areas write for one another; each pair is folded onto the second."""


@lru_cache(maxsize=200_000)
def name_agreement(one: str, other: str) -> str | None:
    """How two names agree: ``same``, ``masked``, ``homophone``, ``look_alike``, ``order``, ``cut``; None where they
    do not.

    王某 and 王*伟 agree with whatever they may stand for; ``cut`` is a name that lost its last or middle character;
    ``order`` is a Latin name with its words in another order. Symmetric.
    """
    if one == other:
        return "same"
    if _is_masked(one) or _is_masked(other):
        return "masked" if _may_stand_for(one, other) or _may_stand_for(other, one) else None
    if not (_HAN.search(one) and _HAN.search(other)):
        return "order" if _words(one) == _words(other) else None
    if len(one) == len(other):
        return _same_length(one, other)
    longer, shorter = (one, other) if len(one) > len(other) else (other, one)
    lost_one = len(longer) - len(shorter) == 1 and len(shorter) >= 2 and longer[0] == shorter[0]
    return "cut" if lost_one and _is_subsequence(shorter, longer) else None


def _same_length(one: str, other: str) -> str | None:
    """Every character the same, of one sound, or of one look."""
    kinds = {character_agreement(a, b) for a, b in zip(one, other, strict=True)} - {"same"}
    if None in kinds:
        return None
    return "homophone" if kinds == {"homophone"} else "look_alike"


@lru_cache(maxsize=200_000)
def character_agreement(one: str, other: str) -> str | None:
    """``same``, ``homophone`` (one reading in common), ``look_alike``; None where they do not agree."""
    if one == other:
        return "same"
    if _sounds(one) & _sounds(other):
        return "homophone"
    return "look_alike" if _group(one) is not None and _group(one) == _group(other) else None


@lru_cache(maxsize=50_000)
def _sounds(character: str) -> frozenset[str]:
    """All readings without tone, with the confused sounds folded; of a polyphone, each of them."""
    readings = pinyin(character, style=Style.NORMAL, heteronym=True, errors="ignore")
    return frozenset(folded(reading) for reading in (readings[0] if readings else ()))


def folded(reading: str) -> str:
    """A reading with the sounds that are confused folded onto one another."""
    for sound, kept in _CONFUSED:
        reading = reading.replace(sound, kept)
    return "l" + reading[1:] if reading.startswith("n") else reading


@cache
def look_alike_groups() -> dict[str, int]:
    """The number of the look-alike group of every character that has one."""
    text = files("firebreak.engine.identity").joinpath("look_alikes.txt").read_text("utf-8")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return {character: number for number, line in enumerate(lines) for character in line.strip()}


def _group(character: str) -> int | None:
    return look_alike_groups().get(character)


def _is_masked(name: str) -> bool:
    return "*" in name or "某" in name


def _may_stand_for(masked: str, name: str) -> bool:
    """王某 stands for any 王…; each * for one character at least, 某 likewise."""
    before, after, shown = _mask(masked)
    if shown is not None:
        return re.fullmatch(shown, name) is not None
    return len(name) >= len(masked) and name.startswith(before) and name.endswith(after)


@lru_cache(maxsize=50_000)
def _mask(masked: str) -> tuple[str, str, str | None]:
    """What stands before and after the masked characters; where they are not in one place, a pattern of the whole."""
    parts = re.split(r"[*某]+", masked)
    if len(parts) == 2:
        return parts[0], parts[1], None
    return "", "", "".join(".+" if character in "*某" else re.escape(character) for character in masked)


def _words(name: str) -> list[str]:
    return sorted(re.split(r"[\s,/·-]+", name.casefold().strip()))


def _is_subsequence(shorter: str, longer: str) -> bool:
    rest = iter(longer)
    return all(character in rest for character in shorter)
