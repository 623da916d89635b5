"""What is worked out for many words at once is what is worked out for each."""

from __future__ import annotations

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from firebreak.engine.identity.agreements import agreements
from firebreak.engine.identity.compare.name_keys import SCHEMA, keys_of, name_keys
from firebreak.engine.identity.corrections import corrected_fronts, corrections
from firebreak.engine.identity.names import name_agreement

LETTERS = "王欧阳伟玮静净敬行长单未末己已某*·AaBi 﨑㐀"
words = st.text(alphabet=LETTERS, max_size=5)
pairs = st.lists(st.tuples(words, words), max_size=12)
digits = st.text(alphabet="0123456789", min_size=17, max_size=17)
numbers = st.one_of(
    st.builds(str.__add__, digits, st.sampled_from("0123456789X")),
    st.text(alphabet="0123456789", min_size=15, max_size=15),
    st.text(alphabet="0123456789X", max_size=19),
    st.none(),
)


@given(pairs)
def test_names_agree_in_a_table_as_they_do_one_by_one(given_pairs: list[tuple[str, str]]) -> None:
    found = agreements(pl.DataFrame(given_pairs, schema={"one": pl.String, "other": pl.String}, orient="row"))
    each = {(one, other, name_agreement(one, other)) for one, other in given_pairs}
    assert sorted(found.rows()) == sorted(row for row in each if row[2] is not None)


@given(st.lists(words, max_size=12))
def test_keys_of_names_in_a_table_are_those_of_each(names: list[str]) -> None:
    found = name_keys(pl.Series(names, dtype=pl.String))
    assert list(found.columns) == list(SCHEMA)
    assert sorted(found.rows()) == sorted(keys_of(name) for name in set(names))


@given(st.lists(numbers, max_size=6))
def test_corrections_as_whole_numbers_are_the_corrections_without_their_check_digit(given_numbers: list[str]) -> None:
    told = pl.Series("number", given_numbers, dtype=pl.String).unique()
    found = corrected_fronts(told)
    by_number = {(told[row], front) for row, front in found.iter_rows()}
    plain = corrections(told).select("number", pl.col("corrected").str.head(17).cast(pl.Int64))
    assert by_number == set(plain.rows())
    assert len(by_number) == found.height
