"""Could two names of one surname be one person's? Asked of everybody in a room before anything is compared.

In a large housing estate a room number and a surname bring many families together, and in each of them brothers and
sisters. Whoever's name is written in full, and agrees with the other's neither in its second character (the same, of
one sound or of one look) nor in its last, is none of the levels of ``compare.chinese.NAME`` under which a pair could
join or be shown: it need not be scored.
"""

from __future__ import annotations

from firebreak.engine.backends.base import Executor, Expr
from firebreak.engine.identity.compare.name_keys import MASKS, character_keys
from firebreak.engine.identity.frames import frame

_FIRST_HAN, _LAST_HAN = "㐀", "鿿"
SPELT = ("second", "last", "sound", "sound_alt", "look", "any_name")


def spelt(run: Executor, rows: Expr) -> Expr:
    """The rows with ``SPELT``. ``rows``: with ``name``, not null; ``any_name``: it may stand for any other, as masked
    names, names without a second character and names in other scripts may."""
    second = rows.name.substr(1, 1)
    masked = rows.name.contains(MASKS[0]) | rows.name.contains(MASKS[1])
    other = (second < _FIRST_HAN) | (second > _LAST_HAN)
    told = run.keep("id_spelt", rows.mutate(second=second, last=rows.name.right(1), any_name=masked | other))
    letters = frame(run, told.select("second").distinct())["second"]
    known = character_keys(letters).select("character", sound="first", sound_alt="second", look="look")
    table = run.put("id_letters", known.rename({"character": "second"}).to_arrow())
    return told.left_join(table, "second").drop("second_right")


def may_be_one(pairs: Expr) -> Expr:
    """Of pairs with ``SPELT`` of both sides, those of the right with ``other_`` before."""
    same = [pairs[here] == pairs[f"other_{there}"] for here, there in _SAME]
    found = pairs.any_name | pairs.other_any_name
    for one in same:
        found = found | one.fill_null(False)
    return found


_SOUNDS = ("sound", "sound_alt")
_SAME = [("second", "second"), ("last", "last"), ("look", "look"), *((one, two) for one in _SOUNDS for two in _SOUNDS)]
