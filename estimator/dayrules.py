"""The rules of one scheme that hold on a day, sorted by kind once, with the plans made of them."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from estimator.plan import Given, Plan
from estimator.scheme import Scheme, Schemes

MOST_PLANS = 4096  # a what-if over many wages must not fill the memory
MOST_DAYS = 20_000  # nor requests of many days


class DayRules:
    """A scheme's rules of one edition.

    Attributes:
        triggers: facts that some exclusion or gap asks about; a stay with none of them is covered.
        never_priced: whether no stay can be priced, because what it takes is not published.
    """

    def __init__(self, scheme: Scheme, day: date) -> None:
        self.scheme = scheme
        self._kinds: dict[str, list[Any]] = {}
        for rule in scheme.rules:
            if rule.model.holds(day):
                self._kinds.setdefault(rule.model.kind, []).append(rule.model)
        whens = [rule.when or {} for kind in ("exclusion", "unpublished") for rule in self.of_kind(kind)]
        self.triggers = frozenset(fact for when in whens for fact in when) | {"first_contribution", "claim_filed"}
        self.never_priced = any(rule.when is None for rule in self.of_kind("unpublished"))
        self._plans: dict[Any, Plan] = {}

    def of_kind(self, kind: str) -> list[Any]:
        """All rules of a kind, in the order written."""
        return self._kinds.get(kind, [])

    def first_of(self, kind: str) -> Any:
        """The rule of a kind, or None."""
        rules = self._kinds.get(kind)
        return rules[0] if rules else None

    def plan(self, figures: Mapping[str, Given], extra: int = 0) -> Plan:
        """The plan for some figures of the office and a copay raised by `extra` (millionths)."""
        key = (*figures.items(), extra)
        plan = self._plans.get(key)
        if plan is None:
            if len(self._plans) >= MOST_PLANS:
                self._plans.clear()
            plan = self._plans[key] = Plan(self, dict(figures), extra)
        return plan


def rules_on(schemes: Schemes, scheme: str, day: date) -> DayRules:
    """A scheme's rules on a day, kept for the next stay."""
    rules: DayRules | None = schemes.plans.get((scheme, day))
    if rules is None:
        if len(schemes.plans) >= MOST_DAYS:
            schemes.plans.clear()
        known = schemes[scheme]
        edition = (scheme, known.edition(day))
        rules = schemes.plans.get(edition)
        if rules is None:
            rules = schemes.plans[edition] = DayRules(known, day)
        schemes.plans[scheme, day] = rules
    return rules
