"""Whose number it is, decided once for each way a number is said, not for each record that says it.

Most numbers are said with one name only, and need no judgement at all: what is joined and compared here are the others.
"""

from __future__ import annotations

import ibis
import polars as pl

from firebreak.engine.backends.base import Executor, Expr
from firebreak.engine.identity import keys
from firebreak.engine.identity.agreements import WHOLE_NAMES, agreements
from firebreak.engine.identity.corrections import corrected_fronts
from firebreak.engine.identity.frames import frame

_RESIDENT = "resident|"
_DIFFERING = 12
"""Characters at the end of a number: nearly all begin alike, and are sorted faster from where they differ."""


def bearers(run: Executor) -> None:
    """Keep who is known by a number: ``id_persons``, ``id_conflicts``, ``id_possible`` and ``id_corrected``.

    ``id_persons``: ``doc_key, main, group``, every number that holds, its main name, a number for the person.
    ``id_conflicts``: ``doc_key, name, alias, apart``: names that do not agree with the main one, and the group they
    are instead. ``id_possible``: ``weak_key, doc_key``: wrong numbers and the known ones they may be. ``id_corrected``:
    ``weak_key, name, meant``: the group of the one person a wrong number fits. Reads ``id_said_numbers`` and
    ``id_aside_numbers``.
    """
    said, aside = run.table("id_said_numbers"), run.table("id_aside_numbers")
    holding = said.filter(said.holds).anti_join(aside, "number").rename(doc_key="number")
    ways = holding.group_by("doc_key").agg(ways=lambda t: t.count(), main=lambda t: t.name.max())
    known = run.keep("id_ways", ways)
    several = holding.semi_join(known.filter(known.ways > 1), "doc_key")
    several = run.keep("id_several", several.select("doc_key", "name", "alias", "records"))
    run.keep("id_several_mains", keys.main_names(several.filter(several.name.notnull())))
    run.keep("id_persons", _persons(run))
    run.keep("id_conflicts", _conflicts(run))
    run.put("id_corrected_numbers", corrected(run).to_arrow())
    meant = run.table("id_persons").select("doc_key", meant="group")
    run.keep("id_corrected", run.table("id_corrected_numbers").join(meant, "doc_key").drop("doc_key"))


def _persons(run: Executor) -> Expr:
    known, mains = run.table("id_ways"), run.table("id_several_mains")
    named = known.left_join(mains.select("doc_key", prevails="main"), "doc_key")
    main = ibis.ifelse(named.ways == 1, named.main, named.prevails)
    numbered = named.select("doc_key", main=main)
    order = [numbered.doc_key.right(_DIFFERING), numbered.doc_key]
    return numbered.mutate(group=ibis.row_number().over(order_by=order).cast("int64"))


def _conflicts(run: Executor) -> Expr:
    """The ways of saying a number whose name does not agree with its main one; a group for each number and name."""
    several, mains = run.table("id_several"), run.table("id_several_mains")
    told = several.join(mains, "doc_key")
    odd = told.filter((told.name != told.main) & ~(told["alias"] == told.main).fill_null(False))
    odd = run.keep("id_odd", odd.select("doc_key", "name", "alias", "main"))
    pairs = frame(run, odd.select(one="main", other="name").distinct())
    agreeing = run.put("id_name_pairs", agreements(pairs).to_arrow())
    apart = odd.anti_join(agreeing, [odd.main == agreeing.one, odd.name == agreeing.other])
    apart = run.keep("id_apart", apart.select("doc_key", "name", alias=apart["alias"].fill_null("")).distinct())
    groups = apart.select("doc_key", "name").distinct()
    persons = frame(run, run.table("id_ways").count().as_table()).item()
    order = [groups.doc_key, groups.name]
    groups = groups.mutate(apart=persons + ibis.row_number().over(order_by=order).cast("int64"))
    return apart.join(groups, ["doc_key", "name"])


def corrected(run: Executor) -> pl.DataFrame:
    """``weak_key, name, doc_key``: wrong numbers, the names they are said with, and the one known number that fits."""
    numbers = run.table("id_said_numbers")
    wrong = numbers.filter(~numbers.holds & numbers.name.notnull() & numbers.number.startswith(_RESIDENT))
    wrong = wrong.anti_join(run.table("id_aside_numbers"), "number")
    said = frame(run, wrong.select("name", weak_key="number").distinct())
    possible = _possible(run, said["weak_key"].unique().sort())
    run.put("id_possible", possible.select("weak_key", "doc_key").to_arrow())
    candidates = said.join(possible.drop_nulls("main"), on="weak_key")
    agreeing = agreements(candidates.select(one="name", other="main")).filter(pl.col("agreement").is_in(WHOLE_NAMES))
    fitting = candidates.join(agreeing, left_on=["name", "main"], right_on=["one", "other"])
    only = pl.col("doc_key").n_unique().over("weak_key", "name") == 1
    return fitting.filter(only).select("weak_key", "name", "doc_key").unique()


def _possible(run: Executor, wrong: pl.Series) -> pl.DataFrame:
    """``weak_key, doc_key, main``: the known numbers that are corrections of wrong ones."""
    fronts = run.put("id_fronts", corrected_fronts(wrong.str.strip_prefix(_RESIDENT)).to_arrow())
    persons, at = run.table("id_persons"), len(_RESIDENT)
    known = persons.filter(persons.doc_key.startswith(_RESIDENT) & (persons.doc_key.length() == at + 18))
    known = known.mutate(front=known.doc_key.substr(at, 17).try_cast("int64"))
    found = frame(run, known.join(fronts, "front").select("row", "doc_key", "main"))
    return found.select("doc_key", "main", weak_key=wrong.gather(found["row"]))


def placed(claims: Expr, run: Executor) -> Expr:
    """The claims with ``group``, ``holder`` and ``rule`` where a number tells whom they speak of; null elsewhere.

    ``holder``: the group of those who bear the number with its main name.
    """
    persons, conflicts, meant = (run.table(name) for name in ("id_persons", "id_conflicts", "id_corrected"))
    found = claims.mutate(alias=claims["alias"].fill_null(""))
    found = found.left_join(persons.select("doc_key", bearer="group"), "doc_key").drop("doc_key_right")
    found = found.left_join(conflicts, ["doc_key", "name", "alias"]).drop("doc_key_right", "name_right", "alias_right")
    found = found.left_join(meant, ["weak_key", "name"]).drop("weak_key_right", "name_right")
    holder = ibis.coalesce(found.bearer, found.meant)
    rule = ibis.cases(
        (found.apart.notnull(), "conflict"), (found.bearer.notnull(), "document"), (found.meant.notnull(), "corrected")
    )
    return found.select(
        "record_id", "part", "doc_key", "weak_key", "name", "phone", "sex", "birth_year",
        group=ibis.coalesce(found.apart, holder), holder=holder, rule=rule,
    )  # fmt: skip
