"""Names of persons."""

from __future__ import annotations

import re

import polars as pl

from firebreak.engine.intake.kernels.names import Other, plain_names
from firebreak.engine.intake.kernels.texts import Texts
from firebreak.engine.intake.kernels.views import series
from firebreak.engine.intake.normalise.base import CannotTypeError, Compiled, Context, Normaliser, Sure, Values
from firebreak.engine.intake.normalise.chars import narrow, narrowed
from firebreak.terms.enums import Sex

_TITLES: dict[str, str | None] = {
    **dict.fromkeys(("先生", "大爷", "叔叔", "小伙"), Sex.MALE.value),
    **dict.fromkeys(("女士", "小姐", "太太", "夫人", "阿姨", "大妈"), Sex.FEMALE.value),
    **dict.fromkeys(("同志", "老师", "医生", "护士", "师傅", "同学"), None),
}
_LATIN_TITLE = re.compile(r"^(MR|MRS|MS|MISS|MSTR|DR|PROF)\.? +|[ /,]+(MR|MRS|MS|MISS|MSTR|DR)\.?$")
_LATIN_SEX = {"MR": Sex.MALE.value, "MSTR": Sex.MALE.value, **dict.fromkeys(("MRS", "MS", "MISS"), Sex.FEMALE.value)}
_PREFIX = re.compile(r"^(?:姓名|名字|乘客|旅客|患者|联系人|NAME) *[:=] *", re.IGNORECASE)
_BRACKETS = re.compile(r"[(\[【<《「]([^)\]】>》」]*)[)\]】>》」]?")
_ALIAS_WORD = re.compile(r"^(?:又名|曾用名|别名|小名|昵称|原名|英文名|化名|也叫|又叫|乳名)[:为]? *")
_SEX_WORDS = {
    **dict.fromkeys(("男", "男性", "M"), Sex.MALE.value),
    **dict.fromkeys(("女", "女性", "F"), Sex.FEMALE.value),
}
_SEX_AFTER = re.compile(r"(?<=[\u4e00-\u9fff*]{2})[ ,]+([男女])性?$")
# What stands in brackets behind a name and is no second name.
_NOTES = re.compile(
    r"户主|父亲?|母亲?|儿子?|女儿|妻子?|丈夫|配偶|夫|租客|房东|租户|业主|本人|已故|司机|乘客|学生|学员|员工|孕妇|婴儿|老人|儿童|密接|确诊|疑似|"
    r"外籍|临时|代.*|.*人员|.*籍"
)
# Without a word like 曾用名, only what begins as names do is taken for one.
_SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石"
    "姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文庞樊兰殷施陶洪翟安颜倪严牛温芦季俞章鲁葛伍韦申尤毕聂"
    "丛焦向柳邢路岳齐沿梅莫庄辛管祝左涂谷祁时舒耿牟卜詹关苗凌费纪靳盛童欧甄项曲成游阳裴席卫查屈鲍位覃霍翁隋植甘景薄单包司柏宁柯阮桂闵解"
)
_LIKE_A_NAME = re.compile(rf"[{_SURNAMES}小阿老]|[A-Za-zÀ-ÿ]")
_DOTS = str.maketrans(dict.fromkeys("•・．‧･∙●⋅", "·"))
_MASKS = re.compile(r"[某×\*〇○Xx]")
_HAN = r"一-鿿㐀-䶿\U00020000-\U0003ffff"
_HAN_NAME = re.compile(rf"[{_HAN}]{{2,6}}")
_MASKED_NAME = re.compile(rf"[{_HAN}*]{{2,5}}")
_DOTTED_NAME = re.compile(rf"[{_HAN}]{{1,12}}(?:·[{_HAN}]{{1,12}}){{1,5}}")
_FOREIGN_NAME = re.compile(rf"[^\W\d_{_HAN}](?:[^\W\d_{_HAN}]|[' .\-])*")
_COMPOUND = frozenset(
    re.findall("..", "欧阳上官司马诸葛东方皇甫尉迟公孙慕容令狐司徒司空夏侯宇文长孙轩辕端木百里呼延南宫独孤西门申屠")
)


def name(cell: str, context: Context) -> Values:
    """The name in one form, a second name from brackets, and the sex where a title says it."""
    plain = _PREFIX.sub("", narrow(cell)).translate(_DOTS)
    alias, sex = None, None
    for inside in _BRACKETS.findall(plain):
        noted = [_SEX_WORDS[word] for word in re.split(r"[,、; /]+", inside.strip().upper()) if word in _SEX_WORDS]
        sex = sex or next(iter(noted), None)
        second = None if noted else _alias(inside)
        alias = alias or second
    plain = _BRACKETS.sub("", plain).strip(" ,;:、。.")
    if after := _SEX_AFTER.search(plain):
        plain, sex = plain[: after.start()], sex or _SEX_WORDS[after[1]]
    given, titled = _without_title(plain)
    return {"name": _one_form(given), "alias": alias, "sex": sex or titled}


def _alias(inside: str) -> str | None:
    said = _ALIAS_WORD.sub("", inside.strip())
    told = said != inside.strip()
    if not said or (not told and (_NOTES.fullmatch(said) or not _LIKE_A_NAME.match(said))):
        return None
    try:
        return _one_form(said)
    except CannotTypeError:
        return None


def _without_title(plain: str) -> tuple[str, str | None]:
    """The name without 先生, Mrs …, and the sex that the title says. A bare surname becomes a masked name."""
    for title, sex in _TITLES.items():
        if plain.endswith(title) and len(plain) > len(title):
            rest = plain.removesuffix(title).strip()
            return (f"{rest}*" if len(rest) == 1 or rest in _COMPOUND else rest), sex
    upper = plain.upper()
    title_found = _LATIN_TITLE.search(upper)
    if title_found is None:
        return plain, None
    return _LATIN_TITLE.sub("", upper), _LATIN_SEX.get(title_found[1] or title_found[2])


def _one_form(plain: str) -> str:
    if re.search(r"\d", plain):
        raise CannotTypeError(
            "name.digits",
            "A name has no digits.",
            "Look whether another column stands in the place of the name, or a number was added to tell two apart.",
        )
    joined = plain.replace(" ", "")
    if _HAN_NAME.fullmatch(joined) and "某" not in joined:
        return joined
    masked = _MASKS.sub("*", joined)
    if "*" in masked and _MASKED_NAME.fullmatch(masked) and masked.strip("*"):
        return masked
    dotted = re.sub("[·.]+", "·", joined).strip("·")
    if _DOTTED_NAME.fullmatch(dotted):
        return dotted
    latin = re.sub(r" {2,}", " ", re.sub(r"[,/]", " ", plain.upper())).strip()
    if _FOREIGN_NAME.fullmatch(latin) and 2 <= len(latin) <= 60:
        return latin
    raise _shape(joined)


def _shape(joined: str) -> CannotTypeError:
    if re.search(r"[、;/,和及]", joined):
        return CannotTypeError(
            "name.several",
            "The cell names several persons; a row of this channel speaks of one.",
            "Give each person a row, or map the others in the spec's [identity].",
        )
    if len(joined) == 1:
        return CannotTypeError("name.one_character", "A name has at least two characters.", "Complete the name.")
    return CannotTypeError(
        "name.shape",
        "A name is 2–6 Han characters, a dotted name (阿卜杜拉·买买提), a masked one (王*) or Latin letters.",
        "Check the cell; an organisation or a remark may stand in the place of the name.",
    )


_OTHER = Other.of((*_TITLES, "某", "姓名", "名字"))


_OUTPUTS = {"name": pl.String, "alias": pl.String, "sex": pl.String}


def _plainly(texts: Texts, context: Context) -> tuple[pl.DataFrame, Sure]:
    """Two to four Han characters with no title and no mask."""
    views, sure = plain_names(texts, _OTHER)
    none = pl.repeat(None, len(texts), dtype=pl.String, eager=True)
    return pl.DataFrame([series("name", views, texts.data), none.alias("alias"), none.alias("sex")]), sure


def _tidy(cell: pl.Expr) -> pl.Expr:
    plain = narrowed(cell)
    return pl.when(plain.str.contains(" [男女]")).then(plain).otherwise(plain.str.replace_all(" ", "", literal=True))


def _is(name: str, alias: str | None = None, sex: str | None = None) -> Values:
    return {"name": name, "alias": alias, "sex": sex}


NORMALISERS = (
    Normaliser(
        "name",
        _OUTPUTS,
        name,
        "A person's name. Masked characters (某, ×, ＊) become *, a surname with a title becomes a masked name, Latin "
        "names are upper case, dots of transliterated names are ·; a second name in brackets is the alias.",
        "姓名。某、×、＊ 统一为 *；“王先生”记为“王*”并得性别；拉丁字母姓名大写；音译间隔号统一为 ·；括号内另名为别名。",
        (
            ("张伟", _is("张伟")),
            ("张 伟", _is("张伟")),
            ("　欧阳　小明 ", _is("欧阳小明")),
            ("姓名：张伟", _is("张伟")),
            ("张伟先生", _is("张伟", sex="male")),
            ("王女士", _is("王*", sex="female")),
            ("欧阳先生", _is("欧阳*", sex="male")),
            ("张伟（女）", _is("张伟", sex="female")),
            ("张伟（张小伟）", _is("张伟", "张小伟")),
            ("张伟(曾用名：张大伟)", _is("张伟", "张大伟")),
            ("张伟（户主）", _is("张伟")),
            ("张伟(ZHANG WEI)", _is("张伟", "ZHANG WEI")),
            ("王某", _is("王*")),
            ("李某（男，35岁）", _is("李*", sex="male")),
            ("张小伟 女", _is("张小伟", sex="female")),
            ("张伟（已出院）", _is("张伟")),
            ("王某某", _is("王**")),
            ("王*", _is("王*")),
            ("王＊伟", _is("王*伟")),
            ("王××", _is("王**")),
            ("阿卜杜拉•买买提", _is("阿卜杜拉·买买提")),
            ("迪丽热巴．迪力木拉提", _is("迪丽热巴·迪力木拉提")),
            ("Zhang Wei", _is("ZHANG WEI")),
            ("SMITH/JOHN MR", _is("SMITH JOHN", sex="male")),
            ("Mrs. Anna  O'Neil-Smith", _is("ANNA O'NEIL-SMITH", sex="female")),
            ("José García", _is("JOSÉ GARCÍA")),
            ("Анна Иванова", _is("АННА ИВАНОВА")),
            ("张伟2", "name.digits"),
            ("13812345678", "name.digits"),
            ("张", "name.one_character"),
            ("张伟、李娜", "name.several"),
            ("无锡市第五人民医院", "name.shape"),
        ),
        Compiled(_OUTPUTS, _plainly),
        _tidy,
    ),
)
