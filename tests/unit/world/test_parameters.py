"""The drill's distributions lie where the literature and the registers put them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from firebreak.terms.divisions import code_on
from firebreak.world.disease import DAY, delay_to_isolation, incubation, is_asymptomatic
from firebreak.world.draws import Draws
from firebreak.world.generate import generate
from firebreak.world.geography import addresses, counties
from firebreak.world.issued import issuing_codes
from firebreak.world.people import people_chunks
from firebreak.world.population import draw_population

MANY = np.arange(60_000)
DRAWS = Draws(11)


def test_incubation_has_the_mean_of_the_wuxi_series() -> None:
    days = incubation(DRAWS, MANY) / DAY
    assert days.mean() == pytest.approx(4.77, abs=0.05)  # PMC7568471: 4.77 d (3.61–5.94)
    assert 9.0 < np.quantile(days, 0.975) < 11.5


def test_traced_cases_are_isolated_1_9_days_sooner() -> None:
    alone, traced = (delay_to_isolation(DRAWS, MANY, np.full(len(MANY), share)).mean() / DAY for share in (0.0, 1.0))
    assert alone == pytest.approx(4.6, abs=0.1)
    assert alone - traced == pytest.approx(1.9, abs=0.1)


def test_about_one_in_eight_has_no_symptoms() -> None:
    assert is_asymptomatic(DRAWS, MANY).mean() == pytest.approx(0.12, abs=0.01)


def test_most_infections_within_the_province_happen_at_home(tmp_path: Path) -> None:
    local = []
    for seed in range(3):
        generate(10_000, 18, seed, tmp_path / str(seed), date(2020, 1, 12), seed_share=0.06)
        cases = pl.read_parquet(tmp_path / str(seed) / "truth" / "cases.parquet")
        local += [route for route in cases["infected_how"].to_list() if route != "wuhan"]
    assert len(local) > 15
    assert 0.6 < local.count("household") / len(local) < 0.95  # Jiangsu: 79.85 % of 617 cases in clusters


@pytest.fixture(scope="module")
def people() -> pl.DataFrame:
    world = draw_population(DRAWS, 60_000, date(2020, 1, 10))
    return pl.concat(people_chunks(DRAWS, world, np.array([], dtype=np.int64), None))


def test_the_commonest_surnames_have_the_share_of_the_register(people: pl.DataFrame) -> None:
    chinese = people.filter(pl.col("nationality") == "CHN")["name"].str.slice(0, 1)
    for surname, share in (("王", 0.0749), ("李", 0.0737), ("张", 0.0692)):
        assert (chinese == surname).mean() == pytest.approx(share, abs=0.005)


def test_children_bear_a_surname_of_the_household(people: pl.DataFrame) -> None:
    foreign = people.filter(pl.col("nationality") != "CHN")["household"]
    chinese = people.filter(~pl.col("household").is_in(foreign.implode()))
    chinese = chinese.with_columns(first=pl.col("name").str.slice(0, 1))
    children = chinese.filter(pl.col("relation") == "child")
    adults = chinese.filter(pl.col("relation").is_in(["head", "spouse"])).group_by("household").agg("first")
    joined = children.join(adults, on="household", suffix="_adults")
    assert joined.select(pl.col("first").is_in("first_adults").mean()).item() == 1.0


def test_some_have_no_document_some_a_passport_some_share_a_phone(people: pl.DataFrame) -> None:
    kinds = dict(people["doc_type"].value_counts().rows())
    assert 0 < kinds["passport"] < 0.01 * len(people)
    assert 0 < kinds[None] < 0.03 * len(people)
    old = people.filter(pl.col("doc_old").is_not_null())
    assert old["birth_date"].dt.year().max() <= 1958  # type: ignore[operator]
    assert old.select((pl.col("doc_old").str.slice(0, 6) == pl.col("doc_number").str.slice(0, 6)).all()).item()
    shared = people.drop_nulls("phone").group_by("phone").agg(pl.len(), pl.col("household").n_unique())
    assert 0 < shared.filter(pl.col("len") > 1).height < 0.1 * len(people)
    assert shared["household"].max() == 1


def test_numbers_begin_with_the_code_of_their_time() -> None:
    place = next(i for i, county in enumerate(counties()) if county.code == "320213")  # 梁溪区, three districts before
    person = np.arange(600)
    old = issuing_codes(DRAWS, person, np.full(600, place), np.full(600, 1960))
    young = issuing_codes(DRAWS, person, np.full(600, place), np.full(600, 2018))
    assert set(old.tolist()) == {320202, 320203, 320204}
    assert set(young.tolist()) == {320213}


def test_every_county_is_in_force_in_january_2020() -> None:
    assert [county.code for county in counties() if code_on(county.code, date(2020, 1, 20)) != county.code] == []
    jiangsu = [county for county in counties() if county.province == "江苏省"]
    assert (len(jiangsu), len({county.city for county in jiangsu})) == (96, 13)


def test_grid_codes_are_a_committee_and_three_digits_and_homes_differ() -> None:
    home = np.arange(20_000)
    frame = addresses(DRAWS, np.zeros(len(home), dtype=np.int64), home)
    assert frame.select((pl.col("grid_code").str.slice(0, 12) == pl.col("committee_code")).all()).item()
    assert frame["grid_code"].str.len_chars().unique().to_list() == [15]
    homes = frame.select("grid_code", "community", "building", "unit", "room")
    assert homes.n_unique() == len(home)
