"""Which facts of a stay count: said in the form, known from the profile or the binding, and for whom."""

from __future__ import annotations

from typing import Any

from handlers.context import Context
from handlers.messages import Facts

OFFICE_FACTS = frozenset({"average_wage", "base_deductible", "base_cap", "referral_extra_points", "scheme"})
"""Of the profile: what holds for everybody in the scheme, whoever is spoken of."""
UNPUBLISHED = OFFICE_FACTS - {"scheme"} | {"copay_ratio", "accident_rule", "outpatient_rule"}
"""What no document publishes: without it there is no figure, and asking on would waste the member's time."""
NOT_FACTS = frozenset({"audience"})
PERSON_FACTS = frozenset({"status", "age", "paid_years", "low_income", "scheme", "student", "household_incomplete"})
"""What stays true of a person from one stay to the next."""


def profile_facts(context: Context) -> Facts:
    """The caller's knowledge beforehand, as far as it holds for the person spoken of."""
    own = context.state.subject == "self"
    return {
        name: value
        for name, value in context.profile.items()
        if name not in NOT_FACTS and (own or name in OFFICE_FACTS)
    }


def member_facts(context: Context) -> Facts:
    """What the office knows of the bound member, only when that member is spoken of."""
    member = context.member
    return {**member.facts, "scheme": member.scheme} if member else {}


def held_facts(context: Context) -> Facts:
    """The facts as the interface reports them; empty when no stay is being described."""
    form, said = context.state.form, context.state.known.get("scheme")
    if form is None:
        return {}
    scheme = {"scheme": said} if said else {}
    return {**profile_facts(context), **member_facts(context), **scheme, **form.facts}


def request_of(context: Context) -> dict[str, Any]:
    """What the estimator is asked: every fact held, the scheme, and the day where the stay has no date."""
    facts = held_facts(context)
    facts.setdefault("scheme", context.scheme)
    if "admitted" not in facts and "discharged" not in facts:
        facts.setdefault("as_of", context.message.today.isoformat())
    return {name: value for name, value in facts.items() if value is not None}
