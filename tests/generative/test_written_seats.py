"""Seats written in every way that is read, among words that hold none, come back as they were."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firebreak.engine.intake.normalise.base import CannotTypeError, Context
from firebreak.engine.intake.normalise.coaches import read_coach
from firebreak.engine.intake.normalise.seat_memos import read_memo
from firebreak.engine.intake.normalise.seats import read_seat
from firebreak.engine.intake.normalise.services import read_service

CONTEXT = Context(date(2020, 2, 1))

coaches = st.integers(1, 20)
rows = st.integers(1, 20)
letters = st.sampled_from("ABCDF")

WITH_COACH = (
    *(
        "{c:02}车{r:02}{l}号",
        "{c}车{r}{l}",
        "{c}车厢{r}{l}座",
        "{c:02}号车厢{r:03}{l}座",
        "{c}号车厢{r}排{l}座",
        "{c}车箱{r}{l}号座",
    ),
    *("第{c}车厢，{r}{l}", "座位：{c}车{r:02}{l}", "座次{c:02}车{r}{l}号", "{c} 车 {r} {l}"),
)
JOINED = ("{c:02}{r:02}{l}", "{c:02}/{r:02}{l}", "{c}-{r}-{l}", "{c:02}-{r:02}{l}")
ALONE = (
    *("{r}{l}", "{r:02}{l}", "{r:03}{l}", "座位：{r:02}{l}", "座次{r:03}{l}"),
    *("{r}排{l}座", "{r}号{l}", "座位号{r}{l}座", "{r:03}{l}号座位"),
)
NOISE_BEFORE = ("", "同行3人，", "某地12号病例，", "1月22日乘车，", "全程戴口罩。")
NOISE_AFTER = (
    *("", "，1月24日确诊", "，G2039/G2042", "，同乘车次939人"),
    *("（北京始发--丹东终到）", "，27日发病", "，途径金寨、六安"),
)


@settings(max_examples=150, deadline=None)
@given(coaches, rows, letters, st.sampled_from((*WITH_COACH, *JOINED)))
def test_a_seat_with_its_coach_comes_back(c, r, l, form):  # noqa: E741 - the names in the forms
    assert read_seat(form.format(c=c, r=r, l=l), CONTEXT) == {"coach": c, "row": r, "letter": l, "place": "seat"}


@settings(max_examples=150, deadline=None)
@given(coaches, rows, letters, st.sampled_from(WITH_COACH))
def test_a_seat_in_a_coach_column_comes_back(c, r, l, form):  # noqa: E741
    assert read_coach(form.format(c=c, r=r, l=l), CONTEXT) == {"coach": c, "row": r, "letter": l, "place": "seat"}


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(NOISE_BEFORE), rows, letters, st.sampled_from(ALONE), st.sampled_from(NOISE_AFTER))
def test_a_seat_in_a_memo_comes_back_and_nothing_else_with_it(before, r, l, form, after):  # noqa: E741
    memo = before + form.format(r=r, l=l) + after
    assert read_memo(memo, CONTEXT) == {"row": r, "letter": l, "place": "seat"}


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(rows, letters), min_size=2, max_size=5, unique=True), st.sampled_from("、,/，"))
def test_a_list_of_seats_comes_back_in_its_order(seats, separator):
    text = separator.join(f"{row:02}{letter}" for row, letter in seats)
    wanted = [{"row": row, "letter": letter, "place": "seat"} for row, letter in seats]
    assert read_seat(text, CONTEXT) == wanted
    assert read_memo(f"座位：{text}，某地确诊", CONTEXT) == wanted


@settings(max_examples=100, deadline=None)
@given(st.lists(coaches, min_size=2, max_size=4, unique=True))
def test_a_list_of_coaches_comes_back_in_its_order(numbers):
    text = "、".join(map(str, numbers)) + "号车厢"
    assert read_coach(text, CONTEXT) == [{"coach": number} for number in numbers]


@settings(max_examples=100, deadline=None)
@given(coaches, coaches, st.sampled_from("-至~"))
def test_a_range_of_coaches_runs_upwards_or_is_refused(first, last, dash):
    text = f"{first}{dash}{last}号车厢"
    if first < last:
        assert read_coach(text, CONTEXT) == {"coach": first, "coach_last": last}
        return
    with pytest.raises(CannotTypeError) as refused:
        read_coach(text, CONTEXT)
    assert refused.value.issue.code == "coach.range"


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from("GDCKTZ"),
    st.lists(st.integers(1, 9999), min_size=1, max_size=3, unique=True),
    st.booleans(),
    st.sampled_from(("", "次", "次列车")),
)
def test_train_numbers_come_back_joined(letter, numbers, short, tail):
    written = [f"{letter}{number}" for number in numbers]
    text = "/".join([written[0], *(each[1:] if short else each for each in written[1:])]) + tail
    assert read_service(text, CONTEXT) == {"service_no": "/".join(written), "mode": "train"}
