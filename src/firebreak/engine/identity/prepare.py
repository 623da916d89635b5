"""What the model reads: the evidence of open groups and of whoever shares a key with one, as one profile a group.

Most records are tied by their numbers and share nothing with an open group: they are read for their keys alone, and
never copied.
"""

from __future__ import annotations

import ibis
import polars as pl

from firebreak.engine.backends.base import Executor, Expr
from firebreak.engine.identity.blocking import KEYS, SPELT_KEYS, candidates, parts_of_number, plain, told
from firebreak.engine.identity.compare.chinese import MASKED_NAMES
from firebreak.engine.identity.frames import frame
from firebreak.engine.identity.profiles import evidence, profiles, worded
from firebreak.engine.identity.resolution import Population
from firebreak.engine.identity.set_aside import aside

ANCHORED = ("document", "corrected")
"""Rules that tie a record to a person by a number; a group without a record of these is open."""
_KEY = ["record_id", "part"]
_OF_CLAIMS, _OF_NUMBERS = ("phone", "weak"), ("number_ends", "number_front")


def prepare(run: Executor, population: Population | None = None, more: pl.DataFrame | None = None) -> int:
    """Keep ``id_compared``, the pairs to be scored, and ``id_profiles``; the number of people there may be: of groups,
    or of the population.

    Reads what the deterministic pass kept. ``more``: groups (``unique_id``) whose profiles are wanted, too.
    """
    groups = run.table("id_groups").select(*_KEY, "rule", unique_id="group")
    run.keep("id_open", _open(groups))
    opened = run.keep("id_open_groups", run.table("id_open").select("unique_id").distinct())
    said = run.keep("id_open_said", _said(run, run.table("id_open")))
    run.keep("id_number_parts", _numbers(run))
    rows = {name: _rows(run, name, said) for name in KEYS}
    pairs = run.keep("id_compared", _not_ruled_out(run, said, candidates(run, rows, more=_proposed(run, said))))
    ends = [pairs.select(unique_id=side) for side in ("left", "right")]
    if more is not None:
        ends.append(run.put("id_more_groups", more.to_arrow()))
    run.keep("id_touched", ibis.union(*ends, distinct=True))
    touched = groups.semi_join(run.table("id_touched"), "unique_id")
    people = sum(_count(run, table) for table in (run.table("id_persons"), opened))
    total = max(people, population.people if population else 0, 1)
    if population is None:
        run.keep("id_names", _main_names(run).group_by(name="main").agg(groups=lambda t: t.count()))
    else:
        run.put("id_names", population.names.select("name", groups=pl.col("people").cast(pl.Int64)).to_arrow())
    profiles(run, run.keep("id_said", _said(run, touched)), "id_profiles", _common(run, total))
    return total


def _open(groups: Expr) -> Expr:
    """The mentions of groups that no number anchors: ``record_id, part, unique_id``."""
    by_number = groups.rule.isin(ANCHORED)
    rest = groups.filter(~by_number)
    anchored = groups.filter(by_number).semi_join(rest, "unique_id")
    return rest.anti_join(anchored, "unique_id").drop("rule")


def _count(run: Executor, table: Expr) -> int:
    return int(frame(run, table.count().as_table()).item())


def _main_names(run: Executor) -> Expr:
    return run.table("id_persons").filter(lambda t: t.main.notnull())


def _said(run: Executor, records: Expr) -> Expr:
    """The evidence of some records, with ``unique_id`` and the parts of the number that a mask left."""
    records = records.select(*_KEY, "unique_id")
    rows = evidence(run.table("mentions"), records, *aside(run)).drop(*_KEY)
    return rows.mutate(**parts_of_number(ibis.coalesce(rows.doc, rows.masked)))


def _rows(run: Executor, name: str, said: Expr) -> Expr:
    """The rows of a key: those of open groups, and those of all others that have the same key."""
    columns = KEYS[name]
    carried = dict.fromkeys([*columns, "name"] if name in SPELT_KEYS else columns)
    wanted = told(said, columns).select(*columns).distinct()
    if name in _OF_NUMBERS:
        near = run.table("id_number_parts")
    elif name in _OF_CLAIMS:
        near = run.table("id_claims").select(*_KEY, "phone", weak="weak_key")
    else:
        near = worded(run.table("mentions")).select(*_KEY, *carried)
    found = run.keep(f"id_near_{plain(name)}", told(near, columns).semi_join(wanted, list(columns)))
    if name in _OF_NUMBERS:
        own = told(said, columns).select(*columns, "unique_id", is_open=ibis.literal(True))
        return ibis.union(found.select(*columns, "unique_id", is_open=ibis.literal(False)), own, distinct=False)
    placed = found.join(run.table("id_groups").select(*_KEY, unique_id="group"), _KEY)
    opened = run.table("id_open_groups").mutate(is_open=ibis.literal(True))
    marked = placed.left_join(opened, "unique_id").drop("unique_id_right")
    return marked.select(*carried, "unique_id", is_open=marked.is_open.fill_null(False))


def _numbers(run: Executor) -> Expr:
    """Every person known by document, with the parts of the number that a mask might leave."""
    persons = run.table("id_persons")
    return persons.select(
        unique_id="group", masked_surname=persons.main.substr(0, 1), **parts_of_number(persons.doc_key)
    )


def _proposed(run: Executor, said: Expr) -> Expr:
    """Pairs that share a number: a conflicting name and the number's person; a wrong number and its corrections."""
    claims, possible, persons = (run.table(name) for name in ("id_claims", "id_possible", "id_persons"))
    odd = claims.filter(claims.rule == "conflict").select(one="group", other="holder")
    weak = said.filter(said.weak.notnull()).select("weak", one="unique_id").distinct()
    fits = weak.join(possible, weak.weak == possible.weak_key).select("one", "doc_key")
    near = fits.join(persons, "doc_key").select("one", other="group")
    return ibis.union(odd, near, distinct=False)


def _not_ruled_out(run: Executor, said: Expr, pairs: Expr) -> Expr:
    """The pairs without those of a masked number and a whole one of its kind that it does not fit.

    ``constraints.judged`` would neither join nor show them, whatever else is compared: most people who share a room
    and a surname with a masked number are the others of the family.
    """
    shown = said.group_by("unique_id").agg(masked=said.masked.max(), numbers=ibis.coalesce(said.doc, said.weak).count())
    shown = run.keep("id_shown", shown.filter(shown.masked.notnull() & (shown.numbers == 0)).drop("numbers"))
    whole = run.table("id_persons").select("doc_key", "group")
    wrong = [
        pairs.join(shown, pairs[one] == shown.unique_id).drop("unique_id").join(whole, pairs[other] == whole.group)
        for one, other in (("left", "right"), ("right", "left"))
    ]
    wrong = [
        told.filter((told.doc_key.split("|")[0] == told.masked.split("|")[0]) & ~told.doc_key.like(told.masked))
        for told in wrong
    ]
    return pairs.anti_join(ibis.union(*(told.select("left", "right") for told in wrong)), ["left", "right"])


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
