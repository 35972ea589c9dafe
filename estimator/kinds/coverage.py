"""The rules that decide whether a stay is covered at all, from when, and what nobody has published."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from estimator.kinds import AnyQuantity, Count, RuleBase, rule_kind

Value = bool | str


def _listed(raw: object) -> object:
    if not isinstance(raw, dict):
        return raw
    return {fact: value if isinstance(value, list) else [value] for fact, value in raw.items()}


Conditions = Annotated[dict[str, tuple[Value, ...]], Field(min_length=1), BeforeValidator(_listed)]


@rule_kind("exclusion")
class Exclusion(RuleBase):
    """Stays the pooled fund does not pay for."""

    when: Conditions = Field(description="facts and the values that exclude; all must fit")
    reason: str = Field(min_length=4, description="why, as the member reads it")
    payer: Literal["member", "other"] = Field(description="other: another regime decides who pays")
    account: bool = Field(default=False, description="whether the personal account pays in-catalogue cost instead")


@rule_kind("unpublished")
class Unpublished(RuleBase):
    """What would be needed and no document publishes: such a stay is unknown."""

    when: Conditions | None = Field(None, description="facts for which this holds; left out: every stay")
    missing: tuple[str, ...] = Field(min_length=1)
    reason: str = Field(min_length=4)


@rule_kind("scope")
class Scope(RuleBase):
    """That the pooled fund pays only for what the catalogues name."""


@rule_kind("waiting")
class Waiting(RuleBase):
    """From which month after the first contribution benefits are paid."""

    months: Count


@rule_kind("claim_limit")
class ClaimLimit(RuleBase):
    """How long after discharge papers may be handed in, and how long the office takes."""

    file_within: Count
    settle_within: Count


@rule_kind("year_split")
class YearSplit(RuleBase):
    """That a remote resident's stay over New Year is settled twice."""


@rule_kind("continuity")
class Continuity(RuleBase):
    """That a break starts the years anew and an incomplete household has no preferences."""

    pupils_keep: bool = Field(description="whether a pupil keeps theirs in an incomplete household")


@rule_kind("figures")
class Figures(RuleBase):
    """Figures that answers print and no computation uses."""

    numbers: dict[str, AnyQuantity] = Field(min_length=1)
