"""One person's colour, and why, while somebody waits: the same rules and facts as everybody's, found by the person."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from firebreak.bridge.assess import JIANGSU, rules_on
from firebreak.bridge.facts import gathered
from firebreak.bridge.session import Session
from firebreak.engine.risk.explain import Explanation, explain
from firebreak.engine.risk.person import OnePerson, Told, assess_one, findings_of
from firebreak.engine.risk.population import set_of
from firebreak.engine.risk.rule_set import RuleSet
from firebreak.engine.risk.vocabulary import CODES
from firebreak.lake.lookup import Lookup
from firebreak.terms.errors import OrderError

_KINDS = {code: kind for kind, code in CODES.items()}


class OneByOne:
    """Answers about one person after the other, as of one day, from the lake's files of this instant.

    OrderError where no set rules on that day, or facts of it are missing or stale (``facts.gathered``).
    """

    def __init__(
        self, opened: Session, as_of: date, sets: Sequence[RuleSet] | None = None, here: str = JIANGSU
    ) -> None:
        gathered(opened, as_of)
        self.as_of, self._here, self._ruling = as_of, here, rules_on(as_of, sets)
        self._facts = Lookup("facts_by_person", opened.snapshot.files("facts_by_person"))
        self._persons = Lookup("persons", opened.snapshot.files("persons"), ["division_code"])

    def assess(self, person: int) -> OnePerson:
        """The person's rows of ``findings`` and ``colours`` of the day. OrderError where there is no such person."""
        rules = self._rules(person)
        return assess_one(person, self.facts(person), rules, self.as_of)

    def explain(self, person: int, lang: str) -> Explanation:
        """Why the person has a colour. OrderError where there is no such person."""
        rules = self._rules(person)
        return explain(findings_of(self.facts(person), rules, self.as_of), rules, self.as_of, lang)

    def facts(self, person: int) -> list[Told]:
        """Everything a rule may use about the person."""
        return [
            Told(_KINDS[row["kind"]], row["on"], row["known_on"], row["value"], row["record_id"], row["part"])
            for row in self._facts.rows(person)
        ]

    def _rules(self, person: int) -> RuleSet:
        known = self._persons.rows(person)
        if known:
            return set_of(known[0]["division_code"], self._ruling, self._here)
        raise OrderError(
            "FB-EXPLAIN-PERSON",
            "no such person in the lake",
            "A person has an id of this lake.",
            "Take the id from a list.",
        )


def explain_person(opened: Session, person: int, as_of: date, lang: str) -> Explanation:
    """Why one person has a colour on a day, by the shipped rules, assessed in Jiangsu. OrderError: see ``OneByOne``."""
    return OneByOne(opened, as_of).explain(person, lang)
