"""The rules that come with the project: every version of every pack, and which is in force on a day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from itertools import pairwise
from pathlib import Path

from firebreak.engine.tracing.rules.load import load_rule
from firebreak.engine.tracing.rules.model import RulePack
from firebreak.terms.errors import OrderError, SpecError

Packs = dict[str, tuple[RulePack, ...]]
"""The versions of each pack, by id, the oldest first."""


@cache
def shipped_rules() -> Packs:
    """Every version of the rules that come with the project."""
    folder = Path(str(files("firebreak.engine.tracing.rules")))
    return ordered(load_rule(path) for path in sorted(folder.glob("*.toml")))


def ordered(packs: Iterable[RulePack]) -> Packs:
    """Versions by id, the oldest first. SpecError where one is there twice, or their days overlap or leave a gap."""
    found: dict[str, list[RulePack]] = defaultdict(list)
    for pack in packs:
        found[pack.id].append(pack)
    for versions in found.values():
        versions.sort(key=lambda pack: pack.version)
        for older, newer in pairwise(versions):
            _follows(older, newer)
    return _borrowed({name: tuple(versions) for name, versions in sorted(found.items())})


def _borrowed(packs: Packs) -> Packs:
    """Packs that take settings from another have them among their own, after those they give themselves."""
    by_cite = {pack.cite: pack for versions in packs.values() for pack in versions}
    return {name: tuple(_with_settings(pack, by_cite) for pack in versions) for name, versions in packs.items()}


def _with_settings(pack: RulePack, by_cite: dict[str, RulePack]) -> RulePack:
    if not pack.settings_of:
        return pack
    lender = by_cite.get(pack.settings_of)
    if lender is None or lender.settings_of:
        rule = "It is id@version of a pack with settings of its own."
        raise SpecError("FB-RULE-5", f"{pack.cite}: settings_of", rule, "Mend the value.")
    own = {rule.setting for rule in pack.settings}
    return replace(pack, settings=pack.settings + tuple(one for one in lender.settings if one.setting not in own))


def _follows(older: RulePack, newer: RulePack) -> None:
    if older.version == newer.version:
        raise SpecError("FB-RULE-6", f"{newer.cite} is there twice", "A version of a rule is one file.",
                        "Give the newer one the next version.")  # fmt: skip
    if older.valid_to is None or older.valid_to + timedelta(days=1) != newer.valid_from:
        what = f"{older.cite} to {older.valid_to or 'open'}, {newer.cite} from {newer.valid_from}"
        raise SpecError("FB-RULE-6", what, "On each day exactly one version of a rule is in force.",
                        "Let valid_to be the day before the next version's valid_from.")  # fmt: skip


def rule_named(name: str, day: date | None = None) -> RulePack:
    """A shipped rule: ``id@version`` or ``id-vVERSION`` means that version, ``id`` the one in force on ``day``.

    Without a day, or where no version was in force on it, ``id`` means the newest (before the first one: the first).
    Raises OrderError that lists the known ones.
    """
    known = shipped_rules()
    identity, _, version = name.partition("@")
    if not version and identity not in known:
        identity, _, version = name.rpartition("-v")
    if identity not in known:
        raise OrderError(
            "FB-RULE-4", f"no rule is named {name}", "Rules are named by id.", f"Known: {', '.join(known)}."
        )
    versions = known[identity]
    if version:
        return _version(versions, version)
    if day is not None:
        in_force = [pack for pack in versions if pack.in_force(day)]
        return in_force[0] if in_force else versions[0 if day < versions[0].valid_from else -1]
    return versions[-1]


def _version(versions: tuple[RulePack, ...], version: str) -> RulePack:
    for pack in versions:
        if str(pack.version) == version:
            return pack
    raise OrderError("FB-ORDER-RULE", f"rule {versions[0].id} has no version {version} here",
                     "A list cites the version it was made by.",
                     f"Known: {', '.join(pack.cite for pack in versions)}.")  # fmt: skip
