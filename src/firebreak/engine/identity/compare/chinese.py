"""The comparisons made for Chinese records. Columns: ``profiles.PROFILE``; keys of names: ``name_keys``.

A distance in characters is asked of digits only: DuckDB's distances count bytes, and one wrong character of a Chinese
name may be three of them.
"""

from __future__ import annotations

from typing import Any

from firebreak.engine.identity.compare.levels import Comparison, Level, differs, either, named, unknown

_SAME_SOUND = "(sound_l = sound_r OR sound_l = sound_alt_r OR sound_alt_l = sound_r OR sound_alt_l = sound_alt_r)"
_MASK_FITS = "(name_r LIKE pattern_l OR name_l LIKE pattern_r OR pattern_l = pattern_r)"


def _cut(longer: str, shorter: str) -> str:
    """SQL: the shorter name is the longer one without its last or its second character."""
    length = f"length(name_{longer}) = length(name_{shorter}) + 1 AND length(name_{shorter}) >= 2"
    last = f"substr(name_{longer}, 1, length(name_{shorter})) = name_{shorter}"
    middle = f"concat(substr(name_{longer}, 1, 1), substr(name_{longer}, 3)) = name_{shorter}"
    return f"({length} AND ({last} OR {middle}))"


def _all_but_one() -> str:
    """SQL: names of three characters or more, two of the first three in their places, the rest the same."""
    same = {at: f"substr(name_l, {at}, 1) = substr(name_r, {at}, 1)" for at in (1, 2, 3)}
    pairs = " OR ".join(f"({same[one]} AND {same[other]})" for one, other in ((1, 2), (1, 3), (2, 3)))
    rest = "substr(name_l, 4) = substr(name_r, 4)"
    return f"length(name_l) = length(name_r) AND length(name_l) >= 3 AND {rest} AND ({pairs})"


MASKED_NAMES = 0.005
_MASKED: dict[str, Any] = {"m": MASKED_NAMES, "u": MASKED_NAMES * 0.03, "fixed": True}
"""How many names are masked says nothing of whether two are one person's: only how common the surname is does. A name
masked fits by chance as often as two people have one surname, 3 % (the sum of the squared shares in the census)."""

NAME = Comparison(
    "name",
    "name",
    "姓名",
    (
        unknown("name_l IS NULL OR name_r IS NULL"),
        Level("masked", _MASK_FITS, "王某, 王*伟 fits the other", "脱敏姓名相符", "masked_surname", **_MASKED),
        Level("same", "name_l = name_r AND pattern_l IS NULL", "the same", "相同", "name"),
        Level("homophone", _SAME_SOUND, "sounds the same, polyphones in both readings", "同音（含多音字）"),
        Level("look_alike", "look_l = look_r", "looks the same", "形近"),
        Level("transliteration", "latin_l = latin_r", "the same in pinyin or another order", "拼音相同或次序不同"),
        Level("swapped", "name_l = swapped_r", "surname and given name exchanged", "姓与名颠倒"),
        Level("cut", f"{_cut('l', 'r')} OR {_cut('r', 'l')}", "one character left out", "漏一字"),
        Level("one_character", _all_but_one(), "one character of three or more differs", "三字以上差一字"),
        Level("surname", "surname_l = surname_r", "only the surname agrees", "仅姓相同"),
        differs(),
    ),
)

_ANY = "coalesce(number_{0}, masked_{0})"
_NOTHING_TO_COMPARE = (
    f"{_ANY.format('l')} IS NULL OR {_ANY.format('r')} IS NULL OR kind_l <> kind_r "
    "OR (number_l IS NULL AND number_r IS NULL AND masked_l <> masked_r)"
)
_MASK_OF_NUMBER = "number_r LIKE masked_l OR number_l LIKE masked_r OR (masked_l = masked_r AND number_l IS NULL)"

DOCUMENT = Comparison(
    "document",
    "document number",
    "证件号码",
    (
        unknown(_NOTHING_TO_COMPARE),
        Level("same", "number_l = number_r", "the same", "相同", u=1e-7, fix_u=True),
        Level("masked", _MASK_OF_NUMBER, "a number shown in part fits", "脱敏号码相符"),
        Level("one_off", "levenshtein(number_l, number_r) <= 1", "one digit off or left out", "差一位"),
        Level("two_off", "levenshtein(number_l, number_r) <= 2", "two digits exchanged or off", "两位颠倒或差两位"),
        differs(),
    ),
)

PHONE = Comparison(
    "phone",
    "phone",
    "电话",
    (
        unknown("phone_l IS NULL OR phone_r IS NULL"),
        Level(
            "same",
            either("phone"),
            "the same; the more people use it, the less it says",
            "相同（共用者越多越弱）",
            "phone",
        ),
        Level("one_off", "levenshtein(phone_l, phone_r) <= 1", "one digit off", "差一位"),
        Level("two_off", "levenshtein(phone_l, phone_r) <= 2", "two digits exchanged or off", "两位颠倒或差两位"),
        differs(),
    ),
)

_DAY, _MONTH = "substr(birth_date_{0}, 9, 2)", "substr(birth_date_{0}, 6, 2)"
_DAY_AND_MONTH = (
    "substr(birth_date_l, 1, 4) = substr(birth_date_r, 1, 4) "
    f"AND {_DAY.format('l')} = {_MONTH.format('r')} AND {_MONTH.format('l')} = {_DAY.format('r')}"
)
_YEAR: dict[str, Any] = {"m": 0.0098, "u": 0.00014, "fixed": True}
_NEAR: dict[str, Any] = {"m": 0.0002, "u": 0.00028, "fixed": True}
"""Where one side knows the year alone: of 70 years about equally frequent one agrees by chance, two lie one apart; with
2 % of ages off by one. Rarely told, so not learned; the ratio is what counts."""
_ONLY_YEARS = "(birth_date_l IS NULL OR birth_date_r IS NULL)"

BIRTH = Comparison(
    "birth",
    "date of birth",
    "出生日期",
    (
        unknown("birth_year_l IS NULL OR birth_year_r IS NULL"),
        Level("same", "birth_date_l = birth_date_r", "the same day", "同日"),
        Level("day_and_month", _DAY_AND_MONTH, "day and month exchanged", "日月颠倒"),
        Level("one_off", "levenshtein(birth_date_l, birth_date_r) <= 1", "one digit off", "差一位"),
        Level(
            "year", f"{_ONLY_YEARS} AND birth_year_l = birth_year_r", "only years known, the same", "仅知同年", **_YEAR
        ),
        Level(
            "near",
            f"{_ONLY_YEARS} AND abs(birth_year_l - birth_year_r) <= 1",
            "only years, one apart",
            "仅知年份，差一年",
            **_NEAR,
        ),
        differs(),
    ),
)

SEX = Comparison(
    "sex",
    "sex",
    "性别",
    (unknown("sex_l IS NULL OR sex_r IS NULL"), Level("same", "sex_l = sex_r", "the same", "相同"), differs()),
)

ADDRESS = Comparison(
    "address",
    "address, by component",
    "地址（逐级）",
    (
        unknown("(community_l IS NULL OR community_r IS NULL) AND (division_l IS NULL OR division_r IS NULL)"),
        Level("room", either("room"), "community, building and room the same", "小区、楼、室相同", "room"),
        Level("building", either("building"), "community and building the same", "小区、楼相同"),
        Level("community", either("community"), "the same community or village", "同小区（村）"),
        Level("division", either("division"), "the same county", "同县区"),
        differs(),
    ),
)

COMPARISONS = (NAME, DOCUMENT, PHONE, BIRTH, SEX, ADDRESS)
BY_NAME = named(COMPARISONS)
