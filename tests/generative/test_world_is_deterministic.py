"""Same seed, same bytes; a change to one person changes only what must change."""

from __future__ import annotations

from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firebreak.world.daily import Perturbation
from firebreak.world.draws import Draws
from firebreak.world.generate import generate

ARGUMENTS: dict[str, Any] = {"people": 4000, "days": 9, "start": date(2020, 1, 18), "seed_share": 0.2}


def hashes(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_the_same_seed_gives_the_same_bytes_and_another_seed_does_not(tmp_path: Path) -> None:
    for name, seed in (("one", 3), ("two", 3), ("other", 4)):
        generate(seed=seed, out=tmp_path / name, **ARGUMENTS)
    assert hashes(tmp_path / "one") == hashes(tmp_path / "two")
    same = set(hashes(tmp_path / "one").items()) & set(hashes(tmp_path / "other").items())
    assert {name for name, _ in same} <= {f"truth/{table}.parquet" for table in ("services", "stops", "places")}


def read(folder: Path, table: str) -> pl.DataFrame:
    path = folder / "truth" / table
    parts = sorted(path.rglob("*.parquet")) if path.is_dir() else [path.with_suffix(".parquet")]
    return pl.read_parquet(parts, hive_partitioning=False)


TABLES = ("people", "workplaces", "services", "stops", "rides", "events", "stays", "tests", "cases")


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("world")
    generate(seed=5, out=folder, **ARGUMENTS)
    return folder


def perturbed(folder: Path, perturb: Perturbation) -> Path:
    generate(seed=5, out=folder, perturb=perturb, **ARGUMENTS)
    return folder


def healthy_traveller(world: Path) -> int:
    """Somebody who rides, whom no infection concerns, directly or by way of the household."""
    cases, people = read(world, "cases"), read(world, "people")
    homes = people.filter(pl.col("person").is_in(cases["person"].implode()))["household"]
    concerned = people.filter(pl.col("household").is_in(homes.implode()))["person"]
    rides = read(world, "rides").filter((pl.col("ticket_state") == "valid") & (pl.col("mode") == "train"))
    return int(rides.filter(~pl.col("person").is_in(concerned.implode()))["person"].min())  # type: ignore[arg-type]


def test_one_who_stays_at_home_leaves_everybody_else_where_they_were(world: Path, tmp_path: Path) -> None:
    person = healthy_traveller(world)
    other = perturbed(tmp_path, {"person": person, "action": "stays_home"})
    for table in TABLES:
        before, after = read(world, table), read(other, table)
        if "person" in before.columns and table != "people":
            before, after = (frame.filter(pl.col("person") != person) for frame in (before, after))
        assert before.equals(after), table
    assert read(world, "rides").filter(pl.col("person") == person).height > 0
    assert read(other, "rides").filter(pl.col("person") == person).height == 0


def test_one_who_moves_house_changes_one_address_and_nothing_else(world: Path, tmp_path: Path) -> None:
    person = healthy_traveller(world)
    other = perturbed(tmp_path, {"person": person, "action": "moves"})
    before, after = read(world, "people"), read(other, "people")
    changed = [name for name in before.columns if not before[name].equals(after[name])]
    assert (
        {"address", "grid_code"}
        <= set(changed)
        <= {*("street", "committee", "committee_code", "community", "building", "unit", "room", "address", "grid_code")}
    )
    rest = pl.col("person") != person
    assert before.filter(rest).equals(after.filter(rest))
    for table in TABLES[1:]:
        assert read(world, table).equals(read(other, table)), table


def test_an_infector_who_stays_at_home_changes_only_the_chains_that_pass_through(world: Path, tmp_path: Path) -> None:
    cases = read(world, "cases")
    infectors = cases.filter(pl.col("infector").is_not_null())["infector"]
    person = int(infectors[0])
    other = read(perturbed(tmp_path, {"person": person, "action": "stays_home"}), "cases")
    chain = descendants(cases, person)
    outside = ~pl.col("person").is_in(sorted(chain))
    left = cases.filter(outside).select("person", "infected_at", "infector", "onset_on", "isolated_at")
    kept = other.select(left.columns).filter(outside)
    # Whoever the chain would have infected may now be infected by another, and so may their own contacts.
    assert left.join(kept, on=left.columns, how="anti", nulls_equal=True).height == 0


def descendants(cases: pl.DataFrame, person: int) -> set[int]:
    found, pairs = {person}, cases.select("person", "infector").rows()
    while more := {child for child, parent in pairs if parent in found} - found:
        found |= more
    return found


@settings(max_examples=40, deadline=None, derandomize=True, database=None)
@given(st.integers(0, 2**63 - 1), st.integers(0, 2**40), st.integers(0, 2**40))
def test_a_draw_depends_on_its_own_ids_only(seed: int, one: int, another: int) -> None:
    draws = Draws(seed)
    together = draws.uniform("x", [one, another])
    assert together[0] == draws.uniform("x", one)[0]
    assert together[1] == draws.uniform("x", another)[0]
    assert 0.0 <= together.min() <= together.max() < 1.0
