"""The rules a hospital stay is priced by: first self-pay, deductible, share, cap, personal account."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, model_validator

from estimator.kinds import AnyQuantity, Ratio, RuleBase, Strict, rule_kind
from estimator.kinds.base import Money

Level = Literal["community", "primary", "secondary", "tertiary"]
Status = Literal["active", "retired"]


def _listed(raw: object) -> object:
    return [raw] if isinstance(raw, str) else raw


Levels = Annotated[tuple[Level, ...], BeforeValidator(_listed)]


class When(Strict):
    """Whom a figure is for; what is left out does not matter. The first figure that fits is taken."""

    status: Status | None = None
    hospital_level: Levels = Field((), description="one level or several")
    admission_from: int = Field(1, ge=1, description="from which admission of the year")
    paid_years_from: int = Field(0, ge=0, description="from how many full years of continuous payment")


class Figure(When):
    """A figure: a share of the base ("10%", "4倍") or an amount ("800元")."""

    value: AnyQuantity


class Band(Strict):
    """One band of a share: up to an amount of in-scope cost (deductible included); the last has no end."""

    upto: Money | None = None
    value: Ratio


class Share(When):
    """A share: one ratio, or bands that rise."""

    value: Ratio | None = None
    bands: tuple[Band, ...] = ()

    @model_validator(mode="after")
    def _one_of(self) -> "Share":
        if (self.value is None) != bool(self.bands):
            raise ValueError("value 和 bands 写一个")
        ends = [band.upto.value for band in self.bands[:-1] if band.upto]
        if self.bands and (self.bands[-1].upto or len(ends) < len(self.bands) - 1 or ends != sorted(set(ends))):
            raise ValueError("分段的 upto 要逐段增大,最后一段不写")
        return self


Base = Literal["average_wage", "base_deductible", "base_cap", "amount"]


@rule_kind("stay")
class Stay(RuleBase):
    """What the scheme asks about a stay."""

    statuses: tuple[Status, ...] = Field((), description="statuses the rules tell apart; none: not asked")
    same_level: dict[Level, Level] = Field({}, description="levels the text does not name, and what they count as")


@rule_kind("first_self_pay")
class FirstSelfPay(RuleBase):
    """The part of class-B cost the member pays first."""

    ratio: Ratio | None = Field(None, description="left out where it is not published")


class _Table(RuleBase):
    base: Base = Field(description="what the figures are a share of; amount: they are amounts themselves")
    announced: Literal["base_deductible", "base_cap"] | None = Field(
        None, description="the office's figure that beats the computed one"
    )
    cells: dict[str, Figure] = Field(min_length=1)

    @model_validator(mode="after")
    def _units(self) -> "_Table":
        wanted = "money" if self.base == "amount" else "ratio"
        if any(cell.value.unit != wanted for cell in self.cells.values()):
            raise ValueError("base 为 amount 时各数写金额,否则写比例")
        return self


@rule_kind("deductible")
class Deductible(_Table):
    """What the member pays before the pooled fund pays."""


@rule_kind("cap")
class Cap(_Table):
    """The most the pooled fund pays in the insured year."""


@rule_kind("share")
class ShareTable(RuleBase):
    """How cost above the deductible is shared; `of` says whose ratio is published."""

    of: Literal["member", "fund"]
    cells: dict[str, Share] = Field(min_length=1)


@rule_kind("account")
class Account(RuleBase):
    """That the personal account pays deductible, copay and class-B self-pay as far as it reaches."""


@rule_kind("referral")
class Referral(RuleBase):
    """A copay raised for approved treatment elsewhere, by points the office configures."""

    extra_points: Ratio | None = Field(None, description="left out where it is not published")
