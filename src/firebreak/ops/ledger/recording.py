"""How desks write: an action gets the draft of its ledger entry as its first argument, and cannot do without it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from django.db import connection, models, transaction
from django.utils import timezone

from firebreak.ops.base.actor import Actor
from firebreak.ops.base.keyring import ring
from firebreak.ops.base.policy import Policy, Refused, check
from firebreak.ops.base.scope import acting_as
from firebreak.ops.ledger.chain import START, chain_of, seal_of
from firebreak.ops.ledger.models import Entry, Head
from firebreak.ops.ledger.words import EVENTS
from firebreak.terms.offices import ReachKind

P = ParamSpec("P")
R = TypeVar("R")
Detail = str | int | bool | None | list[str] | list[int]

_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")
_depth: ContextVar[int] = ContextVar("depth", default=0)


@dataclass(slots=True)
class Draft:
    """The entry an action will leave. ``about`` must be called once the subject is known.

    ``details`` hold identifiers, counts and classes of values; never a value of a person.
    """

    event: str
    subject_kind: str = ""
    subject_id: str = ""
    division: str = ""
    reason: str = ""
    details: dict[str, Detail] = field(default_factory=dict)

    def about(self, kind: str, identifier: object, *, division: str = "", reason: str = "", **details: Detail) -> None:
        """Say what the action is about: a kind of thing, its id, where it belongs, and why it is done."""
        self.subject_kind, self.subject_id = kind, str(identifier)
        self.division = division or self.division
        self.reason = reason or self.reason
        self.details.update(details)


@dataclass(frozen=True, slots=True)
class Action:
    """What an architecture test asks of every function in an ``actions.py``."""

    policy: Policy
    event: str


ACTIONS: dict[str, Action] = {}


def action(
    needed: Policy, event: str, zh: str, en: str
) -> Callable[[Callable[Concatenate[Draft, P], R]], Callable[P, R]]:
    """Declare a write. It runs only for those whom ``needed`` lets in, in one transaction with its ledger entry.

    ``event`` is ``desk.what-happened``; ``zh`` and ``en`` say it in words. The function takes the draft first, then
    keywords, ``by=`` among them. A refusal is recorded and raised again.
    """

    def declare(function: Callable[Concatenate[Draft, P], R]) -> Callable[P, R]:
        EVENTS[event] = (zh, en)
        ACTIONS[f"{function.__module__}.{function.__qualname__}"] = Action(needed, event)

        @wraps(function)
        def act(*args: P.args, **kwargs: P.kwargs) -> R:
            by = kwargs["by"]
            assert isinstance(by, Actor)
            return _recorded(by, lambda: _act(function, args, kwargs, needed, Draft(event), by))

        act.action = ACTIONS[f"{function.__module__}.{function.__qualname__}"]  # type: ignore[attr-defined]
        return act

    return declare


def _act(function: Callable[..., R], args: Any, kwargs: Any, needed: Policy, draft: Draft, by: Actor) -> R:
    check(needed, by)
    with acting_as(by), transaction.atomic():
        result = function(draft, *args, **kwargs)
        append(draft, by)
    return result


def _recorded(by: Actor, act: Callable[[], R]) -> R:
    """Run it; a refusal of the outermost action goes into the ledger, after its transaction is undone."""
    token = _depth.set(_depth.get() + 1)
    try:
        return act()
    except Refused as error:
        if _depth.get() == 1:
            record_refusal(error, by)
        raise
    finally:
        _depth.reset(token)


def record_refusal(error: Refused, by: Actor) -> None:
    """Put a refusal into the ledger, once. What nobody in particular tried is for the log: it could fill the disk."""
    if error.recorded or not by.known:
        return
    error.recorded = True
    draft = Draft("access.refused")
    draft.about("policy", error.policy, code=error.code)
    with acting_as(by), transaction.atomic():
        append(draft, by)


def append(draft: Draft, by: Actor) -> None:
    """Write the entry at the end of its chain. Only within the transaction of what it records."""
    assert connection.in_atomic_block, "an entry is written in the transaction of what it records"
    assert draft.subject_kind, f"{draft.event}: the action did not say what it is about"
    division = draft.division or _home(by)
    chain = chain_of(division)
    seq, seal = _locked_head(chain)
    entry = Entry(
        chain=chain,
        seq=seq + 1,
        at=timezone.now(),
        event=draft.event,
        actor_id=by.user_id,
        actor=by.name,
        subject_kind=draft.subject_kind,
        subject_id=draft.subject_id,
        division_code=division,
        reason=_CONTROL.sub(" ", draft.reason).strip()[:500],
        details=_checked(draft.details),
        key=ring().current,
        previous=seal,
    )
    entry.seal = seal_of(entry, ring())
    _insert(entry)
    _move_head(chain, entry.seq, entry.seal)


def hold_chains(divisions: Sequence[str], by: Actor) -> None:
    """Take the turn in the chains of these divisions and of who acts, in one order for everybody: an action that writes
    into several would otherwise wait for another that waits for it."""
    for chain in sorted({chain_of(division) for division in (*divisions, _home(by))}):
        _locked_head(chain)


def _insert(entry: Entry) -> None:
    """Insert without asking for the id: PostgreSQL would refuse to return a row that the writer may not read."""
    fields = [column for column in Entry._meta.local_concrete_fields if not column.primary_key]
    models.QuerySet(Entry)._insert([entry], fields=fields, using=connection.alias)  # type: ignore[attr-defined]


def _locked_head(chain: str) -> tuple[int, str]:
    """Number and seal of the chain's last entry, held until the transaction ends (SQLite: the whole database is).

    Every action waits here for its turn, so these statements go past the ORM, which takes ten times as long.
    """
    lock = " FOR UPDATE" if connection.features.has_select_for_update else ""
    with connection.cursor() as cursor:
        for _ in range(2):
            cursor.execute(f"SELECT seq, seal FROM ledger_head WHERE chain = %s{lock}", [chain])
            found = cursor.fetchone()
            if found:
                return int(found[0]), str(found[1])
            Head.objects.bulk_create([Head(chain=chain, seq=0, seal=START)], ignore_conflicts=True)
    raise AssertionError("a head that was just made is not there")


def _move_head(chain: str, seq: int, seal: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE ledger_head SET seq = %s, seal = %s WHERE chain = %s", [seq, seal, chain])


def _home(by: Actor) -> str:
    """Where an actor without a subject's division belongs: the first division held, or the grid's."""
    kinds = (ReachKind.DIVISION, ReachKind.GRID)
    return next((grant.value[:15] for grant in by.grants if grant.kind in kinds and grant.value), "")


def _checked(details: dict[str, Detail]) -> dict[str, Detail]:
    for value in details.values():
        parts = value if isinstance(value, list) else [value]
        assert all(isinstance(part, str | int | bool | None) for part in parts), "details are words and whole numbers"
    return {key: _CONTROL.sub(" ", value)[:500] if isinstance(value, str) else value for key, value in details.items()}
