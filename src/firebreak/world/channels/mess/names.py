"""Names: sounds alike, looks alike, titles, aliases, spaces."""

from __future__ import annotations

from functools import cache

from pypinyin import Style, lazy_pinyin

from firebreak.world.channels.mess.base import Harm, Mess, gone, put

_LOOK_ALIKE = (
    "未末 己已 日曰 土士 人入 王玉 天夫 大太 田由 千干 治冶 侯候 戴载 杨扬 晴睛 亮亭 鸟乌 微徽 洋详 坤绅 "
    "陈阵 刘浏 林材 李季 张涨 建健 梅海 宇字 伟纬 佳住 泽译 峰锋 辰晨 颖颍 晶品 莉利 荣萦 祥样 浩诰 凯剀 "
    "俊峻 波坡 玲铃 娟捐 霞暇 洁沽 静净 涛铸 军车 平苹 刚钢 桂挂 芳劳 斌赋 敏敛 萍苹 雯雪 倩情 琳淋 婷停"
)
_ALIASES = "阿大小老"


@cache
def _look_alikes() -> dict[str, str]:
    pairs = _LOOK_ALIKE.split()
    return {pair[0]: pair[1] for pair in pairs} | {pair[1]: pair[0] for pair in pairs}


@cache
def _common_characters() -> str:
    """GB 2312, level 1: the 3,755 common characters, in the order of their sounds."""
    codes = (bytes((high, low)) for high in range(0xB0, 0xD8) for low in range(0xA1, 0xFF))
    return "".join(code.decode("gb2312", "ignore") for code in codes)


@cache
def _homophones() -> tuple[dict[str, str], dict[str, str]]:
    """The sound of each common character, and the characters of each sound."""
    characters = _common_characters()
    sounds = dict(zip(characters, lazy_pinyin(list(characters), style=Style.TONE3), strict=True))
    of_sound: dict[str, str] = {}
    for character, sound in sounds.items():
        of_sound[sound] = of_sound.get(sound, "") + character
    return sounds, of_sound


def homophone(name: str, roll: int) -> str:
    """One character of the given name by another of the same sound and tone.

    >>> len(homophone("王小明", 5)), homophone("Smith", 5)
    (3, 'Smith')
    """
    sounds, of_sound = _homophones()
    at = max(1, len(name) - 1 - roll % 2)
    if at >= len(name) or name[at] not in sounds:
        return name
    others = of_sound[sounds[name[at]]].replace(name[at], "")
    return put(name, at, others[(roll >> 8) % len(others)]) if others else name


def look_alike(name: str, roll: int) -> str:
    """A character by one that looks like it; a homophone where the name has none."""
    for at in range(len(name) - 1, -1, -1):
        if name[at] in _look_alikes():
            return put(name, at, _look_alikes()[name[at]])
    return homophone(name, roll)


def _title(name: str, roll: int) -> str:
    return name + ("先生", "女士")[roll % 2]


def _alias(name: str, roll: int) -> str:
    left, right = (("（", "）"), ("(", ")"))[roll % 2]
    return f"{name}{left}{_ALIASES[(roll >> 8) % len(_ALIASES)]}{name[-1]}{right}"


def _inner_space(name: str, roll: int) -> str:
    return (" ", "　")[roll % 2].join(name) if len(name) == 2 else f" {name[0]} {name[1:]} "


def _cut(name: str, _roll: int) -> str:
    return name[:-1] if len(name) > 2 else name[0] + "某"


def _masked(name: str, _roll: int) -> str:
    return name[0] + "*" * (len(name) - 1)


NAMES = (
    Mess("homophone", Harm.WRONG, homophone, "a character of the same sound", "同音字"),
    Mess("look_alike", Harm.WRONG, look_alike, "a character that looks alike", "形近字"),
    Mess("cut", Harm.WRONG, _cut, "last character missing", "漏字"),
    Mess("masked", Harm.LOST, _masked, "given name as asterisks", "姓名脱敏"),
    Mess("gap", Harm.LOST, gone, "empty", "空缺"),
    Mess("title", Harm.NOTATION, _title, "先生 or 女士 after it", "带称谓"),
    Mess("alias", Harm.NOTATION, _alias, "alias in brackets", "括注别名"),
    Mess("inner_space", Harm.NOTATION, _inner_space, "spaces between characters", "字间空格"),
)
