"""The rule kinds of the other computations: account credits, contributions, maternity, aid, enrolment, approvals."""

from typing import Annotated, Literal

from pydantic import Field

from estimator.kinds import Count, Money, Ratio, RuleBase, Strict, rule_kind

MonthDay = Annotated[str, Field(pattern=r"^(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$")]


@rule_kind("contribution")
class Contribution(RuleBase):
    """What unit and member pay in; pensioners pay nothing."""

    employer: Ratio | None = Field(None, description="left out where it is not published")
    employee: Ratio


@rule_kind("contribution_base")
class ContributionBase(RuleBase):
    """Between which shares of the average wage a member's contribution base lies; a pension is not bounded."""

    lowest: Ratio
    highest: Ratio


@rule_kind("unit_base")
class UnitBase(RuleBase):
    """That a unit's base is its payroll, but not less than the sum of its members' bases."""


class CreditCell(Strict):
    """One band: whom it is for, and the share of the base the unit's contribution adds."""

    band: str = Field(min_length=1, description="the name the answer gives it")
    status: Literal["active", "retired"] = "active"
    from_age: Count | None = Field(None, description="from which age, included")
    value: Ratio | None = Field(None, description="left out where it is not published")


@rule_kind("account_credit")
class AccountCredit(RuleBase):
    """What is credited to a personal account each month."""

    changes: Literal["birthday", "year_before", "month_after"] = Field(
        description="when a band changes: on the birthday; with the age on 31 December before; the month after it"
    )
    own: bool = Field(description="whether the member's whole contribution is credited")
    retires: Literal["status", "first_pension"] = Field("status", description="when the retired band begins")
    stops_when_underpaid: bool = False
    posting_day: Count | None = None
    published_in: str = Field("", description="where the ratios stand, when no document at hand prints them")
    cells: dict[str, CreditCell]


@rule_kind("prenatal")
class Prenatal(RuleBase):
    """The lump sum for examinations before birth, and from when it may be claimed."""

    flat: Money
    months: Count = Field(description="months paid before birth for the flat sum")
    monthly: Money = Field(description="for each month where there are fewer")
    further: Count = Field(description="months to pay after birth where there were fewer")


@rule_kind("delivery")
class Delivery(RuleBase):
    """Lump sums for a birth elsewhere."""

    cells: dict[str, Money] = Field(min_length=1)


@rule_kind("maternity_allowance")
class MaternityAllowance(RuleBase):
    """The allowance of one day of leave: the unit's monthly average, divided by these days."""

    divisor: Count


@rule_kind("birth_grant")
class BirthGrant(RuleBase):
    """A lump sum for a birth after some years of continuous payment."""

    years: Count
    cells: dict[str, Money] = Field(min_length=1)


class AgedCap(Strict):
    """The yearly most from an age on."""

    from_age: Count | None = None
    value: Money


@rule_kind("inpatient_aid")
class InpatientAid(RuleBase):
    """Aid for a stay: a share of what remains after insurance, for some kinds of fees, with a yearly most."""

    ratio: Ratio
    kinds: dict[str, Money | None] = Field(min_length=1, description="kinds of fees, with a limit each time")
    cells: dict[str, AgedCap] = Field(min_length=1, description="the oldest first")


class IllnessClass(Strict):
    """One class of serious illness."""

    most: Money = Field(description="serious-illness aid of a year")
    together: Money = Field(description="inpatient and serious-illness aid of a year together")
    diseases: tuple[str, ...] = Field(min_length=1)
    taken: tuple[str, ...] = Field((), description="shorter names that are taken for them")


@rule_kind("serious_aid")
class SeriousAid(RuleBase):
    """Aid for a serious illness, by class."""

    insured: Ratio
    uninsured: Ratio
    cells: dict[Literal["1", "2", "3"], IllnessClass] = Field(min_length=1)


@rule_kind("enrolment_window")
class EnrolmentWindow(RuleBase):
    """When the next year's contribution is paid, when it may still be paid, and from when benefits run."""

    opens: MonthDay
    pupils_open: MonthDay
    closes: MonthDay
    back_until: MonthDay = Field(description="last day of back payment in the new year; the month's end where shorter")
    back_wait: Count


@rule_kind("late_payment")
class LatePayment(RuleBase):
    """Paying after the back-payment period: standards, and the day from which benefits run."""

    adult: Money
    minor: Money
    from_day: Count


class DeemedStep(Strict):
    """So many years of enrolment count as so many years of contribution."""

    years: Count
    deemed: Count


@rule_kind("deemed_years")
class DeemedYears(RuleBase):
    """A pupil's years that count as years of contribution to the employees' insurance."""

    cells: dict[str, DeemedStep] = Field(min_length=1, description="the longest first")


@rule_kind("dialysis")
class Dialysis(RuleBase):
    """What the pooled fund pays for one visit."""

    per_visit: Money


@rule_kind("exam_approval")
class ExamApproval(RuleBase):
    """From which fee an examination needs approval, and how long an emergency has to file."""

    from_fee: Money
    file_within: Count


@rule_kind("referral_days")
class ReferralDays(RuleBase):
    """How long a referral out of the region lasts, and when to ask for more."""

    outpatient: Count
    inpatient: Count
    ask_before: Count


class Use(Strict):
    """One use of the personal account."""

    allowed: bool
    label: str = Field(min_length=1)


@rule_kind("account_use")
class AccountUse(RuleBase):
    """What the personal account may pay; never more than it holds."""

    cells: dict[str, Use] = Field(min_length=1)


class Ending(Strict):
    """What becomes of the account in one event."""

    account: Literal["moves", "stays", "frozen", "paid_out", "heir_account", "pooled_fund", "used_up"]
    text: str = Field(min_length=4)
    article: str = Field(min_length=1)


@rule_kind("account_event")
class AccountEvent(RuleBase):
    """What becomes of the personal account on transfer, leaving or death."""

    cells: dict[str, Ending] = Field(min_length=1)


@rule_kind("account_interest")
class AccountInterest(RuleBase):
    """That the balance earns interest at a bank's rate, which the office enters."""

    rate: str = Field(min_length=4, description="which rate it is, as the member reads it")


@rule_kind("insurance_form")
class InsuranceForm(RuleBase):
    """Who joins which form of insurance; the first that fits, facts left out do not matter."""

    when: dict[str, bool | str]
    form: Literal["comprehensive", "inpatient"]
