"""Which channel a file is: columns, name and format against every spec, then content against the best few.

The score is a share from 0 to 1. A file is given to a channel only where its score passes the threshold and no other
channel's comes near; else it is parked, with the ranking that says why.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fnmatch import fnmatchcase
from functools import lru_cache
from pathlib import PurePosixPath

from firebreak.engine.intake.readers.content import share_typed
from firebreak.engine.intake.readers.found import Found
from firebreak.engine.intake.readers.peek import Glimpse, Peeker
from firebreak.engine.intake.spec_model import TREES, ChannelSpec
from firebreak.terms.errors import FileError

THRESHOLD = 0.65
MARGIN = 0.04
"""A second channel that comes nearer than this makes the file ambiguous."""
_HEADER, _CONTENT, _NAME = 0.6, 0.3, 0.1
_HEADERLESS = 0.6
"""What a layout without header is worth where every row fits it."""
_WITHOUT_NEEDED = 0.5
_FULL, _SPARSE = 0.75, 0.5
"""How much of the header's score is that the spec's columns are there: objects leave out what they do not know."""
_SILENT = 0.5
"""Content that tells nothing."""
_LOOKED_INTO = 4
_NOT_THIS_CHANNEL = ("FB-F004", "FB-F007", "FB-F008", "FB-F013")
"""Errors that tell of the layout tried. The others tell that the file is unreadable whatever its channel."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One channel's score for a file, and why. Reasons name columns and counts, never a value."""

    spec: ChannelSpec
    score: float
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Classification:
    """``spec`` is None for a parked file. ``ranking`` has every candidate, best first."""

    spec: ChannelSpec | None
    score: float
    zh: str
    en: str
    ranking: tuple[Candidate, ...]

    @property
    def reason(self) -> str:
        """Why, Chinese first."""
        return f"{self.zh} / {self.en}"


@dataclass(frozen=True, slots=True)
class _Match:
    """A spec against a file's columns: shares from 0 to 1."""

    spec: ChannelSpec
    header: float
    name: float
    zh: str
    en: str

    @property
    def at_best(self) -> float:
        """The score if the content fits wholly."""
        return _HEADER * self.header + _CONTENT + _NAME * self.name


Sampled = dict[tuple[str, tuple[str, ...]], float | None]
"""For a layout and a file's columns: the share of a sample that could be typed."""


def classify(
    found: Found, specs: Sequence[ChannelSpec], as_of: date | None = None, sampled: Sampled | None = None
) -> Classification:
    """Score ``found`` against every spec. ``as_of`` is the day of delivery, for days written without a year.

    ``sampled`` remembers from one file to the next: where name and columns fit a layout wholly, as those of a file
    before did, they alone decide, and that file's sample stands for this one's. Raises FileError where the file is
    unreadable under any layout.
    """
    peeker = Peeker(found, {} if sampled is None else sampled)
    named = [spec for spec in specs if _name(spec, found) == 1]
    others = [spec for spec in specs if _name(spec, found) < 1]
    first = _ranked(named, peeker, as_of)
    if first.scored and all(_out_of_reach(spec, first.scored[0], found) for spec in others):
        return _decide((*first.scored, *first.unreadable, *(_not_needed(spec) for spec in others)))
    whole = _ranked([*named, *others], peeker, as_of)
    if not whole.scored:
        _refuse_unreadable(whole.errors)
    return _decide((*whole.scored, *whole.unreadable))


@dataclass(frozen=True, slots=True)
class _Ranked:
    """Specs that can read the file, best first; the others, and why they cannot."""

    scored: list[Candidate]
    unreadable: list[Candidate]
    errors: list[FileError]


def _ranked(specs: Sequence[ChannelSpec], peeker: Peeker, as_of: date | None) -> _Ranked:
    matches: list[_Match] = []
    failed: list[tuple[ChannelSpec, FileError]] = []
    all_looked_into = len(specs) <= _LOOKED_INTO
    for spec in specs:
        try:
            rows = all_looked_into and not peeker.sampled
            matches.append(_match(spec, peeker.glimpse(spec, rows=rows), peeker.found))
        except FileError as error:
            failed.append((spec, error))
    matches.sort(key=lambda match: -match.at_best)
    looked, left = matches[:_LOOKED_INTO], matches[_LOOKED_INTO:]
    scored = [_looked_into(match, peeker, as_of or match.spec.valid_from) for match in looked]
    scored += [_scored(match, 0.0) for match in left]
    scored.sort(key=lambda each: (-each.score, each.spec.id, -each.spec.version))
    return _Ranked(scored, [_unreadable(*each) for each in failed], [error for _, error in failed])


def _out_of_reach(spec: ChannelSpec, best: Candidate, found: Found) -> bool:
    """Could the spec not come near the best, even if every column and cell fitted?"""
    return _HEADER + _CONTENT + _NAME * _name(spec, found) <= best.score - MARGIN


def _not_needed(spec: ChannelSpec) -> Candidate:
    return Candidate(
        spec, 0.0, "文件名不符，且已有渠道完全相符", "the name does not fit, and another channel fits wholly"
    )


def _refuse_unreadable(errors: list[FileError]) -> None:
    """Raise the error of a file that no layout can read."""
    for error in errors:
        if error.code not in _NOT_THIS_CHANNEL:
            raise error


def _unreadable(spec: ChannelSpec, error: FileError) -> Candidate:
    return Candidate(spec, 0.0, f"无法按此格式读取（{error.code}）", f"cannot be read in this layout ({error.code})")


def _match(spec: ChannelSpec, glimpse: Glimpse, found: Found) -> _Match:
    name = _name(spec, found)
    said = {1.0: ("文件名相符", "the name fits"), 0.5: ("", "")}.get(name, ("文件名不符", "the name does not fit"))
    if not glimpse.header:
        zh, en = f"无表头，{glimpse.fits:.0%}的行合版式", f"no header; {glimpse.fits:.0%} of the rows fit the layout"
        return _Match(spec, _HEADERLESS * glimpse.fits, name, _join("，", zh, said[0]), _join("; ", en, said[1]))
    known, have = set(spec.file_columns), set(glimpse.columns)
    both, unknown = known & have, have - known
    zh = f"规格{len(known)}列中有{len(both)}列，另有{len(unknown)}列未知"
    en = f"{len(both)} of the spec's {len(known)} columns; {len(unknown)} unknown ones"
    lacking = [column for column in spec.needed_columns if column not in have]
    if lacking:
        zh, en = f"{zh}，缺必需列{'、'.join(lacking)}", f"{en}; without the required {', '.join(lacking)}"
    header = _header(spec, both, have) * (_WITHOUT_NEEDED if lacking else 1)
    return _Match(spec, header, name, _join("，", zh, said[0]), _join("; ", en, said[1]))


def _header(spec: ChannelSpec, both: set[str], have: set[str]) -> float:
    """How many of the spec's columns are there, ignored ones weighing half, and how many of the file's are known."""
    ignored = {column.source for column in spec.columns if column.ignore}

    def weight(columns: set[str]) -> float:
        return len(columns) - len(columns & ignored) / 2

    whole = weight(set(spec.file_columns))
    there = _SPARSE if spec.file.format in TREES else _FULL
    return there * weight(both) / max(whole, 0.5) + (1 - there) * len(both) / max(len(have), 1)


def _name(spec: ChannelSpec, found: Found) -> float:
    """1 where one of the spec's patterns fits the file's name, 0 where none does, 0.5 where it has none."""
    if not spec.file.names:
        return 0.5
    return _fits(found.name, found.member, spec.file.names)


@lru_cache(maxsize=1 << 12)
def _fits(name: str, member: str, patterns: tuple[str, ...]) -> float:
    names = {Found(name, member, b"", "").base_name, PurePosixPath(name).name}
    return float(any(fnmatchcase(name, pattern) for name in names for pattern in patterns))


def _looked_into(match: _Match, peeker: Peeker, as_of: date) -> Candidate:
    if not match.header:
        return _scored(match, 0.0)
    layout = (match.spec.key, peeker.glimpse(match.spec).columns)
    if match.header == 1 and match.name == 1 and layout in peeker.sampled:
        share = peeker.sampled[layout]
    else:
        share = share_typed(match.spec, peeker.glimpse(match.spec, rows=True).frame, as_of)
        peeker.sampled[layout] = share
    if share is None:
        return _scored(match, _SILENT, "抽样内容无可判别", "the sample tells nothing")
    return _scored(match, share, f"抽样{share:.0%}可识别", f"{share:.0%} of a sample can be typed")


def _scored(match: _Match, content: float, zh: str = "", en: str = "") -> Candidate:
    score = _HEADER * match.header + _NAME * match.name + _CONTENT * content
    return Candidate(match.spec, score, _join("，", match.zh, zh), _join("; ", match.en, en))


def _join(separator: str, *parts: str) -> str:
    return separator.join(part for part in parts if part)


def _decide(ranking: tuple[Candidate, ...]) -> Classification:
    if not ranking:
        return Classification(None, 0.0, "没有渠道规格", "there are no specs", ())
    best = ranking[0]
    if best.score < THRESHOLD:
        zh = f"最接近的{best.spec.key}只有{best.score:.2f}分，低于{THRESHOLD}：{best.zh}"
        en = f"the nearest, {best.spec.key}, scores {best.score:.2f}, below {THRESHOLD}: {best.en}"
        return Classification(None, best.score, zh, en, ranking)
    if len(ranking) > 1 and best.score - ranking[1].score < MARGIN:
        rival = ranking[1]
        zh = f"{best.spec.key}（{best.score:.2f}）与{rival.spec.key}（{rival.score:.2f}）难以区分"
        en = f"{best.spec.key} ({best.score:.2f}) and {rival.spec.key} ({rival.score:.2f}) cannot be told apart"
        return Classification(None, best.score, zh, en, ranking)
    return Classification(best.spec, best.score, best.zh, best.en, ranking)
