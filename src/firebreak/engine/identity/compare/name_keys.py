"""Keys of a name that make its comparison plain SQL: sound, look, transliteration, mask.

They are made once for each distinct name, not for each pair, so that a comparison of two names is a comparison of
strings, the same on every executor.
"""

from __future__ import annotations

from functools import cache, lru_cache

import polars as pl
from pypinyin import Style, pinyin

from firebreak.engine.identity.names import folded, look_alike_groups

MASKS = "*某"
_MASKED, _HAN = "[*某]", "[㐀-鿿]"
_TWO = (
    "欧阳司马上官诸葛东方皇甫尉迟公孙令狐慕容长孙宇文司徒司空夏侯轩辕端木百里呼延南宫独孤申屠太史公冶澹台淳于单于"
    "钟离闾丘鲜于濮阳赫连万俟闻人拓跋第五梁丘左丘东郭西门微生羊舌"
)
COMPOUND_SURNAMES = frozenset(_TWO[at : at + 2] for at in range(0, len(_TWO), 2))
SCHEMA = {
    "name": pl.String,
    "surname": pl.String,
    "sound": pl.String,
    "sound_alt": pl.String,
    "look": pl.String,
    "latin": pl.String,
    "swapped": pl.String,
    "pattern": pl.String,
}


def name_keys(names: pl.Series) -> pl.DataFrame:
    """One row a distinct name of ``names``, columns as in ``SCHEMA``; all keys but ``pattern`` null where masked.

    ``sound``: the common reading of every character, without tone, confused sounds folded; ``sound_alt``: the same
    with the second reading of every polyphone. ``look``: every character by the first of its look-alikes. ``latin``:
    surname and given name in pinyin, or the words of a Latin name, in the order of the alphabet. ``swapped``: given
    name before surname. ``pattern``: a masked name as a pattern of SQL's LIKE (王* is 王_%, 王某 too).
    """
    distinct = names.drop_nulls().unique().sort().alias("name")
    whole = distinct.str.contains(_HAN) & ~distinct.str.contains(_MASKED)
    others = pl.DataFrame([keys_of(name) for name in distinct.filter(~whole)], schema=SCHEMA, orient="row")
    return pl.concat([_of_whole(distinct.filter(whole)), others]).sort("name")


def _of_whole(names: pl.Series) -> pl.DataFrame:
    """The keys of Chinese names in full: each distinct character is looked up once, names are put together of them."""
    long = names.to_frame().with_columns(
        length=pl.when(
            (pl.col("name").str.len_chars() > 2) & pl.col("name").str.slice(0, 2).is_in(list(COMPOUND_SURNAMES))
        )
        .then(2)
        .otherwise(1),
        character=pl.col("name").str.extract_all("(?s)."),
    )
    told = long.explode("character").join(
        character_keys(long["character"].explode()), on="character", maintain_order="left"
    )
    found = told.group_by("name", maintain_order=True).agg(
        pl.col("length").first(), "plain", sound="first", sound_alt="second", look="look"
    )
    found = found.with_columns(pl.col("sound", "sound_alt").list.join(" "), pl.col("look").list.join(""))
    surname, given = (pl.col("name").str.slice(0, pl.col("length")), pl.col("name").str.slice(pl.col("length")))
    spelt = [pl.col("plain").list.head(pl.col("length")), pl.col("plain").list.slice(pl.col("length"))]
    one, other = (part.list.join("") for part in spelt)
    return found.with_columns(
        surname=surname,
        latin=pl.when(other == "").then(one).when(one < other).then(one + " " + other).otherwise(other + " " + one),
        swapped=given + surname,
        pattern=pl.lit(None, pl.String),
    ).select(list(SCHEMA))  # fmt: skip


def character_keys(characters: pl.Series) -> pl.DataFrame:
    """``character, first, second, look, plain`` of each distinct character: two readings, the first of its look-alikes,
    its pinyin."""
    distinct = characters.drop_nulls().unique().sort()
    rows = [(one, *_readings(one), _look(one), _plain(one)) for one in distinct]
    columns = ("character", "first", "second", "look", "plain")
    return pl.DataFrame(rows, schema=dict.fromkeys(columns, pl.String), orient="row")


def keys_of(name: str) -> tuple[str | None, ...]:
    """The keys of one name, in the order of ``SCHEMA``."""
    surname = surname_of(name)
    if any(mask in name for mask in MASKS):
        return name, surname, None, None, None, None, None, _pattern(name)
    if not _is_han(name):
        words = sorted(word for word in _words(name) if word)
        return name, surname, None, None, None, " ".join(words) or None, None, None
    first = [_readings(character)[0] for character in name]
    second = [_readings(character)[-1] for character in name]
    latin = sorted(part for part in (_pinyin(surname), _pinyin(name[len(surname) :])) if part)
    given = name[len(surname) :]
    look = "".join(_look(character) for character in name)
    return name, surname, " ".join(first), " ".join(second), look, " ".join(latin), given + surname, None


def surname_of(name: str) -> str:
    """The surname: of a Latin name its first word; of a Chinese one the first character, or two where they are one.

    >>> surname_of("欧阳明"), surname_of("王伟"), surname_of("WANG WEI")
    ('欧阳', '王', 'WANG')
    """
    if not _is_han(name) and not any(mask in name for mask in MASKS):
        return next((word for word in name.replace("/", " ").replace(",", " ").split()), name)
    return name[:2] if len(name) > 2 and name[:2] in COMPOUND_SURNAMES else name[:1]


def _is_han(name: str) -> bool:
    return any("㐀" <= character <= "鿿" for character in name)


def _words(name: str) -> list[str]:
    lowered = "".join(character if character.isalnum() else " " for character in name.casefold())
    return lowered.split()


def _pattern(name: str) -> str:
    escaped = name.replace("%", "").replace("_", "")
    return "".join("_%" if character in MASKS else character for character in escaped)


@lru_cache(maxsize=50_000)
def _readings(character: str) -> tuple[str, str]:
    """The two commonest readings of a character (twice the same where there is one), folded; itself where it has
    none."""
    found = pinyin(character, style=Style.NORMAL, heteronym=True, errors="ignore")
    readings = list(dict.fromkeys(folded(reading) for reading in found[0])) if found else [character]
    return readings[0], readings[1] if len(readings) > 1 else readings[0]


@lru_cache(maxsize=50_000)
def _plain(character: str) -> str:
    found = pinyin(character, style=Style.NORMAL, errors="ignore")
    return found[0][0] if found else character


def _pinyin(text: str) -> str:
    return "".join(_plain(character) for character in text)


@cache
def _first_looks() -> dict[str, str]:
    first: dict[int, str] = {}
    return {character: first.setdefault(group, character) for character, group in look_alike_groups().items()}


def _look(character: str) -> str:
    return _first_looks().get(character, character)
