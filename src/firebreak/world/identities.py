"""Who people say they are: names, documents and nationality."""

from __future__ import annotations

import numpy as np
import polars as pl

from firebreak.world import documents
from firebreak.world.draws import I64, Draws
from firebreak.world.geography import counties
from firebreak.world.issued import issuing_codes
from firebreak.world.names import full_names
from firebreak.world.population import Population

RESIDENT, PASSPORT, PERMIT, NONE = range(4)
DOC_TYPES = ("resident", "passport", "hk_macao_permit", None)
_SHARES = (0.9935, 0.003, 0.0015, 0.002)
_INFANTS_WITHOUT, _OLD_NUMBER_SHARE, _MOVED_SHARE = 0.3, 0.1, 0.18
_NATIONS = ("KOR", "JPN", "USA", "DEU", "FRA", "GBR", "SGP", "MYS")
_PASSPORT_LETTERS = ("M", "T", "5", "C", "1", "5", "K", "A")
_FOREIGN_NAMES = (
    *("KIM MINJUN", "PARK SOOYOUNG", "TANAKA HIROSHI", "SATO YUKI", "SMITH JOHN", "MILLER ANNA"),
    *("MUELLER KLAUS", "DUBOIS MARIE", "TAYLOR EMMA", "TAN WEILING", "LIM JIAHAO", "LEE JIWON"),
)


def issued_numbers(draws: Draws, world: Population) -> tuple[I64, I64]:
    """Of everybody's resident number the first six digits (mostly of the home county, under its code of the time) and
    the sequence that makes it unique."""
    person, birth = np.arange(world.people), world.birth_day.astype(np.int64)
    anywhere = draws.below(len(counties()), "hukou", person)
    moved = draws.uniform("hukou/moved", person) < _MOVED_SHARE
    county = np.where(moved, anywhere, world.home_county[world.household])
    codes = issuing_codes(draws, person, county, _years(birth))
    return codes, documents.sequence_in_day(draws, codes, birth, world.male)


def identities(draws: Draws, world: Population, person: I64, issued: I64, sequence: I64) -> pl.DataFrame:
    """Columns name, sex, birth_date, doc_type, doc_number, doc_old, nationality for ``person``."""
    birth = world.birth_day[person].astype(np.int64)
    kind, nation = document_kinds(draws, world, person), draws.below(len(_NATIONS), "nation", person)
    frame = pl.DataFrame(
        {
            "kind": kind,
            "name": full_names(
                draws, person, world.surname[person].astype(np.int64), world.male[person], _years(birth)
            ),
            "foreign_name": pl.Series(_FOREIGN_NAMES).gather(draws.below(len(_FOREIGN_NAMES), "foreign", person)),
            "resident": documents.resident_numbers(issued, birth, sequence),
            "old": documents.old_numbers(issued, birth, sequence),
            "has_old": (world.age[person] >= 62) & (draws.uniform("old number", person) < _OLD_NUMBER_SHARE),
            "digits": documents.numbered("", person, 8),
            "letter": pl.Series(_PASSPORT_LETTERS).gather(nation),
            "nation": pl.Series(_NATIONS).gather(nation),
        }
    )
    foreign, permit, resident = (pl.col("kind") == which for which in (PASSPORT, PERMIT, RESIDENT))
    letter = pl.when(foreign).then(pl.col("letter")).when(permit).then(pl.lit("H"))
    return frame.select(
        name=pl.when(foreign).then("foreign_name").otherwise("name"),
        sex=pl.Series(np.where(world.male[person], "male", "female")),
        birth_date=pl.Series(birth.astype(np.int32)).cast(pl.Date),
        doc_type=pl.Series(DOC_TYPES, dtype=pl.String).gather(kind),
        doc_number=pl.when(resident).then("resident").otherwise(letter + pl.col("digits")),
        doc_old=pl.when(resident & pl.col("has_old")).then("old"),
        nationality=pl.when(foreign).then("nation").otherwise(pl.lit("CHN")),
    )


def document_kinds(draws: Draws, world: Population, person: I64) -> I64:
    """Which document each person has (index into ``DOC_TYPES``); many infants have none yet."""
    kind = draws.pick(_SHARES, "document", person)
    infant = (world.age[person] < 3) & (draws.uniform("infant", person) < _INFANTS_WITHOUT)
    return np.where(infant & (kind == RESIDENT), NONE, kind)


def _years(days: I64) -> I64:
    return days.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970
