"""Body temperature, test results, yes or no, and the state of a case."""

from __future__ import annotations

import re

import polars as pl

from firebreak.engine.intake.normalise.base import CannotTypeError, Context, Normaliser, Values
from firebreak.engine.intake.normalise.chars import arabic, without_spaces
from firebreak.engine.intake.normalise.words import Words, said_fast
from firebreak.terms.enums import CaseState

_LOWEST, _HIGHEST = 34.0, 43.0
_DEGREES = re.compile(
    r"(?:体温|额温|腋温|耳温|T)?[:=]?(\d{2,3})(?:[.,。·](\d{1,2}))?(?:°C|℃|°|C|摄氏度|度)?", re.IGNORECASE
)
_DEGREES_SAID = re.compile(r"(?:体温|额温|腋温|耳温)?[:=]?(\d{2})(?:度|℃)(?:(\d)|(半))分?")
_FAHRENHEIT = re.compile(r"(?:T)?[:=]?(\d{2,3}(?:\.\d{1,2})?)(?:°F|℉|F|华氏度|°)?", re.IGNORECASE)
_FAHRENHEIT_SAID = re.compile(r"\d{2,3}(?:\.\d{1,2})?(?:°F|℉|F|华氏度)", re.IGNORECASE)


def temperature(cell: str, context: Context) -> Values:
    """Degrees Celsius. ``98.6F`` says its unit; bare numbers are Fahrenheit with option ``unit = "fahrenheit"``."""
    plain = without_spaces(cell)
    if _FAHRENHEIT_SAID.fullmatch(plain) or context.options.get("unit") == "fahrenheit":
        found = _FAHRENHEIT.fullmatch(plain)
        degrees = round((float(found[1]) - 32) / 1.8, 1) if found else None
    else:
        degrees = _celsius(arabic(plain) if "度" in plain else plain)
    if degrees is None:
        raise CannotTypeError(
            "temperature.shape",
            "A body temperature is a number of degrees: 36.8, 36.8℃, 36度8.",
            "Correct the cell, or map the column to a text field.",
        )
    if not _LOWEST <= degrees <= _HIGHEST:
        raise CannotTypeError(
            "temperature.impossible",
            "A living person's temperature is from 34 to 43 °C.",
            'Check the point; if the column is in Fahrenheit, say so: options = { unit = "fahrenheit" }.',
        )
    return {"temperature": degrees}


def _celsius(plain: str) -> float | None:
    said = _DEGREES_SAID.fullmatch(plain)
    if said:
        return float(f"{said[1]}.{said[2] or 5}")
    found = _DEGREES.fullmatch(plain)
    if found is None:
        return None
    if len(found[1]) == 3 and found[2] is None and found[1][0] in "34":
        return int(found[1]) / 10  # 368: the point was not typed
    return float(f"{found[1]}.{found[2] or 0}")


def _temperature_fast(cell: pl.Expr, context: Context) -> pl.Expr:
    """36.8, 36.8℃, 37: the number alone or with the sign of degrees."""
    if context.options.get("unit") == "fahrenheit":
        return pl.lit(None, dtype=pl.Struct({"temperature": pl.Float32}))
    degrees = cell.str.extract(r"^([0-9]{2}(?:\.[0-9]{1,2})?)(?:℃|°C)?$").cast(pl.Float64, strict=False)
    sure = degrees.is_between(_LOWEST, _HIGHEST)
    return pl.when(sure).then(pl.struct(temperature=degrees.cast(pl.Float32)))


_RESULTS = Words(
    {
        "positive": "阳性 阳 + ++ +++ (+) 阳性(+) 核酸阳性 检测阳性 强阳性 检出 POSITIVE POS P DETECTED 1",
        "negative": "阴性 阴 - (-) 阴性(-) 核酸阴性 检测阴性 未检出 NEGATIVE NEG N NOTDETECTED UNDETECTED 0",
        "inconclusive": "弱阳性 弱阳 可疑 灰区 待复核 不确定 待复检 复检 可疑阳性 单靶标阳性 "
        "± +/- INCONCLUSIVE INDETERMINATE SUSPECTED",
    },
    empty="未检测 未出结果 待出 待检 检测中 未做 结果未出 PENDING",
)


def result(cell: str, context: Context) -> Values:
    """Positive, negative or inconclusive; empty while the result is not out."""
    plain = re.sub(
        r"^(?:核酸检测结果|核酸结果|检测结果|结果|核酸|新冠病毒核酸|新冠核酸)[:为]?", "", without_spaces(cell).upper()
    )
    said = _RESULTS.get(plain)
    if said is None:
        raise CannotTypeError(
            "test_result.unknown_word",
            "A result is 阳性/阴性, +/-, positive/negative, or a word for a result in doubt (弱阳性, 可疑).",
            "Give the laboratory's own words in the spec: map = { … }.",
        )
    return {"result": said or None}


_YES_NO = Words(
    {
        "yes": "是 有 对 Y YES TRUE T 1 √ ✓ ✔ 有接触 已 接触过 去过 是的",
        "no": "否 不 没 不是 N NO FALSE F 0 × ✗ ✘ X 无接触 未 未接触 没有接触 没去过 否认",
    },
)
# These are empty cells elsewhere; asked a question, they answer it. The machinery calls `one` for no unknown word, so
# a channel that means "no" by 无 says so in its spec: map = { "无" = "no" }.


def yes_no(cell: str, context: Context) -> Values:
    """True or false."""
    said = _YES_NO.get(without_spaces(cell).upper())
    if said is None:
        raise CannotTypeError(
            "yes_no.unknown_word",
            "An answer is 是/否, 有, yes/no, true/false, 1/0.",
            "Give the channel's own words in the spec: map = { … }.",
        )
    return {"flag": said == "yes"}


_STATES = Words(
    {
        CaseState.SUSPECTED.value: "疑似 疑似病例 高度疑似 疑似患者 临床诊断 临床诊断病例 SUSPECTED SUSPECT PROBABLE",
        CaseState.CONFIRMED.value: "确诊 确诊病例 确诊患者 已确诊 新增确诊 实验室确诊 轻症 重症 危重 普通型 轻型 重型 "
        "危重型 在院 住院 治疗中 CONFIRMED HOSPITALISED HOSPITALIZED",
        CaseState.ASYMPTOMATIC.value: "无症状 无症状感染者 无症状感染 无症状病例 ASYMPTOMATIC",
        CaseState.EXCLUDED.value: "排除 已排除 解除 排除疑似 解除疑似 订正 EXCLUDED DISCARDED",
        CaseState.RECOVERED.value: "治愈 出院 治愈出院 痊愈 康复 RECOVERED DISCHARGED CURED",
        CaseState.DIED.value: "死亡 病亡 死亡病例 病死 DIED DECEASED DEAD DEATH",
    },
)


def case_state(cell: str, context: Context) -> Values:
    """The state of a case, as ``terms.enums.CaseState``."""
    said = _STATES.get(without_spaces(cell).upper())
    if said is None:
        raise CannotTypeError(
            "case_state.unknown_word",
            "The word is no state of a case: 疑似, 确诊, 无症状, 排除, 治愈, 死亡.",
            "Give the channel's own words in the spec: map = { … }.",
        )
    return {"case_state": said}


def _result_fast(cell: pl.Expr, context: Context) -> pl.Expr:
    said = said_fast(_RESULTS, cell)
    return pl.when(said.is_not_null()).then(pl.struct(result=said))


def _state_fast(cell: pl.Expr, context: Context) -> pl.Expr:
    said = said_fast(_STATES, cell)
    return pl.when(said.is_not_null()).then(pl.struct(case_state=said))


def _flag_fast(cell: pl.Expr, context: Context) -> pl.Expr:
    said = said_fast(_YES_NO, cell)
    return pl.when(said.is_not_null()).then(pl.struct(flag=said == "yes"))


NORMALISERS = (
    Normaliser(
        "temperature",
        {"temperature": pl.Float32},
        temperature,
        "Body temperature in °C, from 34 to 43. A sign of Fahrenheit is obeyed; bare numbers are Fahrenheit with "
        'option unit = "fahrenheit".',
        '体温（℃），34–43 之间。写明华氏的按华氏换算；选项 unit = "fahrenheit" 表示整列为华氏。',
        (
            *(
                (text, {"temperature": 36.8})
                for text in ("36.8", "36.8℃", "36.8°C", "３６．８度", "36。8", "体温:36.8")
            ),
            ("36度8", {"temperature": 36.8}),
            ("36度半", {"temperature": 36.5}),
            ("三十六度八", {"temperature": 36.8}),
            ("368", {"temperature": 36.8}),
            ("37", {"temperature": 37.0}),
            ("98.6F", {"temperature": 37.0}),
            ("98.6℉", {"temperature": 37.0}),
            ("98.6", "temperature.impossible"),
            ("3.68", "temperature.shape"),
            ("63.8", "temperature.impossible"),
            ("正常", "temperature.shape"),
        ),
        _temperature_fast,
    ),
    Normaliser(
        "test_result",
        {"result": pl.String},
        result,
        "The result of a test: positive, negative, inconclusive; empty while it is not out.",
        "检测结果：positive、negative、inconclusive；未出结果为空。",
        (
            *((text, {"result": "positive"}) for text in ("阳性", "阳性（＋）", "+", "Positive", "核酸检测结果：阳性")),
            *((text, {"result": "negative"}) for text in ("阴性", "阴性(-)", "NEG", "未检出", "(－)")),
            *((text, {"result": "inconclusive"}) for text in ("弱阳", "可疑", "灰区", "±")),
            ("检测中", {"result": None}),
            ("合格", "test_result.unknown_word"),
        ),
        _result_fast,
    ),
    Normaliser(
        "yes_no",
        {"flag": pl.Boolean},
        yes_no,
        'Yes or no. 无 and 没有 are empty cells; a channel that means "no" by them says so: map = { "无" = "no" }.',
        '是与否。“无”“没有”按空值处理；若该渠道以“无”表示“否”，在规格中写明：map = { "无" = "no" }。',
        (
            *((text, {"flag": True}) for text in ("是", "有", "Y", "yes", "TRUE", "1", "√")),
            *((text, {"flag": False}) for text in ("否", "N", "no", "false", "0", "×", "未接触")),
            ("可能", "yes_no.unknown_word"),
        ),
        _flag_fast,
    ),
    Normaliser(
        "case_state",
        {"case_state": pl.String},
        case_state,
        "The state of a case (terms.enums.CaseState). Clinically diagnosed cases count as suspected.",
        "病例状态（terms.enums.CaseState）。临床诊断病例归入 suspected。",
        (
            ("疑似", {"case_state": "suspected"}),
            ("高度疑似", {"case_state": "suspected"}),
            ("确诊病例", {"case_state": "confirmed"}),
            ("Confirmed", {"case_state": "confirmed"}),
            ("无症状感染者", {"case_state": "asymptomatic"}),
            ("已排除", {"case_state": "excluded"}),
            ("治愈出院", {"case_state": "recovered"}),
            ("Discharged", {"case_state": "recovered"}),
            ("死亡", {"case_state": "died"}),
            ("其他病", "case_state.unknown_word"),
        ),
        _state_fast,
    ),
)
