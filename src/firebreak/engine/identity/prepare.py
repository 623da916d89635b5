"""What the model reads: the evidence of open groups and of whoever shares a key with one, as one profile a group.

Most records are tied by their numbers and share nothing with an open group: they are read for their keys alone, and
never copied.
"""

from __future__ import annotations

import ibis
import polars as pl

from firebreak.engine.backends.base import Executor, Expr
from firebreak.engine.identity.blocking import KEYS, candidates, parts_of_number, plain, told
from firebreak.engine.identity.compare.chinese import MASKED_NAMES
from firebreak.engine.identity.profiles import evidence, profiles
from firebreak.engine.identity.resolution import Population

ANCHORED = ("document", "corrected")
"""Rules that tie a record to a person by a number; a group without a record of these is open."""
_KEY = ["record_id", "part"]
_OF_CLAIMS, _OF_NUMBERS = ("phone", "weak"), ("number_ends", "number_front")


def prepare(run: Executor, groups: pl.DataFrame, population: Population | None = None) -> int:
    """Keep ``id_candidates`` and ``id_profiles``; the number of people there may be: of groups, or of the population.

    ``groups``: of the deterministic pass, whose tables the executor still has.
    """
    anchored = groups.filter(pl.col("rule").is_in(ANCHORED)).select("group").unique()
    is_open = groups.select("record_id", "part", "group").join(anchored, on="group", how="anti")
    run.put("id_groups", groups.select("record_id", "part", unique_id="group").to_arrow())
    run.put("id_open", is_open.select("record_id", "part", unique_id="group").to_arrow())
    run.put("id_open_groups", is_open.select(unique_id="group").unique().to_arrow())
    said = run.keep("id_open_said", _said(run, run.table("id_open")))
    rows = {name: _rows(run, name, said) for name in KEYS}
    pairs = candidates(run, rows, more=_proposed(run, said))
    ends = [pairs.select(unique_id=side) for side in ("left", "right")]
    run.keep("id_touched", ibis.union(*ends, distinct=True))
    touched = run.table("id_groups").semi_join(run.table("id_touched"), "unique_id")
    total = max(groups["group"].n_unique(), population.people if population else 0)
    if population is None:
        run.keep("id_names", run.table("id_main_names").group_by(name="main").agg(groups=lambda t: t.count()))
    else:
        run.put("id_names", population.names.select("name", groups=pl.col("people").cast(pl.Int64)).to_arrow())
    profiles(run, run.keep("id_said", _said(run, touched)), "id_profiles", _common(run, total))
    return total


def _said(run: Executor, records: Expr) -> Expr:
    """The evidence of some records, with ``unique_id`` and the parts of the number that a mask left."""
    rows = evidence(run.table("mentions"), run.table("id_claims")).join(records, _KEY).drop(*_KEY)
    return rows.mutate(**parts_of_number(ibis.coalesce(rows.doc, rows.masked)))


def _rows(run: Executor, name: str, said: Expr) -> Expr:
    """The rows of a key: those of open groups, and those of all others that have the same key."""
    columns = KEYS[name]
    wanted = told(said, columns).select(*columns).distinct()
    if name in _OF_NUMBERS:
        near = _numbers(run)
    elif name in _OF_CLAIMS:
        near = run.table("id_claims").select(*_KEY, "phone", weak="weak_key")
    else:
        near = evidence(run.table("mentions"), None).select(*_KEY, *columns)
    found = run.keep(f"id_near_{plain(name)}", told(near, columns).semi_join(wanted, list(columns)))
    if name in _OF_NUMBERS:
        own = told(said, columns).select(*columns, "unique_id", is_open=ibis.literal(True))
        return ibis.union(found.select(*columns, "unique_id", is_open=ibis.literal(False)), own, distinct=False)
    placed = found.join(run.table("id_groups"), _KEY)
    opened = run.table("id_open_groups").mutate(is_open=ibis.literal(True))
    marked = placed.left_join(opened, "unique_id").drop("unique_id_right")
    return marked.select(*columns, "unique_id", is_open=marked.is_open.fill_null(False))


def _numbers(run: Executor) -> Expr:
    """Every person known by document, with the parts of the number that a mask might leave."""
    nodes, names = run.table("id_nodes"), run.table("id_main_names")
    holders = nodes.filter(nodes.node_key == nodes.doc_key).select("doc_key", unique_id="group")
    named = holders.left_join(names, "doc_key").drop("doc_key_right")
    return named.select("unique_id", masked_surname=named.main.substr(0, 1), **parts_of_number(named.doc_key))


def _proposed(run: Executor, said: Expr) -> Expr:
    """Pairs that share a number: a conflicting name and the number's person; a wrong number and its corrections."""
    tied, possible, nodes = run.table("id_tied"), run.table("id_possible"), run.table("id_nodes")
    odd = tied.filter(tied.rule == "conflict").select(one="group", other="holder")
    weak = said.filter(said.weak.notnull()).select("weak", one="unique_id").distinct()
    fits = weak.join(possible, weak.weak == possible.weak_key).select("one", "doc_key")
    near = fits.join(nodes, fits.doc_key == nodes.node_key).select("one", other="group")
    return ibis.union(odd, near, distinct=False)


def _common(run: Executor, total: int) -> dict[str, Expr]:
    """Of each value of ``profiles.FREQUENCIES`` the share of people who have it; of a masked name the surname's."""
    names = run.table("id_names")
    counted = {
        "name": names,
        "masked_surname": names.group_by(masked_surname=names.name.substr(0, 1)).agg(groups=lambda t: t.groups.sum()),
        "phone": run.table("id_keys_phone"),
        "room": run.table("id_keys_room").group_by("room").agg(groups=lambda t: t.groups.sum()),
    }
    factor = {"masked_surname": MASKED_NAMES}
    return {column: _share(run, table, column, factor.get(column, 1.0) / total) for column, table in counted.items()}


def _share(run: Executor, counted: Expr, column: str, factor: float) -> Expr:
    share = counted.groups.cast("float64") * factor
    return run.keep(f"id_share_{column}", counted.select(column, **{f"tf_{column}": share}))
