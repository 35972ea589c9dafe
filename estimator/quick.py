"""Amounts of exactly known stays, quickly: everything but the amounts is resolved once for all stays alike in it."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from estimator.case import NEAR, class_b_ratio, had_earlier_stay, options_of, plans_of
from estimator.coverage import judge
from estimator.dayrules import rules_on
from estimator.desk import FIGURES, Desk, split_needed
from estimator.facts import FACTS, read_facts
from estimator.money import MoneyError, parse_yuan, share
from estimator.parameters import Parameters
from estimator.price import Amounts, Cell, price
from estimator.scheme import Schemes
from estimator.settle import DAYS, scheme_and_day

_AMOUNTS = frozenset({"total", "self_paid", "class_b", "fund_used", "account_balance"})
_ROW = (*DAYS, "claim_filed", "first_contribution", "remote_resident")  # where these stand, the very days matter
_ALIKE = tuple(name for name in FACTS if name not in _AMOUNTS and name not in DAYS)
MOST = 20_000  # profiles kept: a file with a date in every row has thousands


class Profile(NamedTuple):
    """What all stays alike in everything but their amounts share.

    Attributes:
        ratio: the class-B ratio in millionths, None where it isn't known.
        asks_class_b: whether an absent class-B amount is unknown (else nothing).
        account: whether the scheme has a personal account.
        earlier: whether there surely was an earlier stay in the year.
    """

    cell: Cell
    ratio: int | None
    asks_class_b: bool
    account: bool
    earlier: bool


class Quick:
    """Prices stays that are known exactly; for any other it says None, and the full answer tells why."""

    def __init__(self, schemes: Schemes, parameters: Parameters) -> None:
        self._schemes = schemes
        self._parameters = parameters
        self._laws: dict[tuple[Any, ...], Any] = {}
        self._profiles: dict[tuple[Any, ...], Profile | None] = {}

    def amounts(self, facts: Mapping[str, Any]) -> Amounts | None:
        """The amounts of one stay, or None.

        >>> from estimator import load_schemes
        >>> facts = {"scheme": "henan-employee", "status": "active", "hospital_level": "tertiary", "admission_no": "1"}
        >>> facts |= {"average_wage": "30000", "total": "10000", "self_paid": "0", "class_b": "0"}
        >>> Quick(load_schemes()[0], Parameters()).amounts(facts).fund_pays
        560000
        """
        days = (facts.get("scheme"), *map(facts.get, _ROW))
        try:
            law = self._laws[days] if days in self._laws else self._law(days)
            key = (law, *map(facts.get, _ALIKE))
            profile = self._profiles[key] if key in self._profiles else self._learn(key, facts)
        except TypeError:  # a list or an interval among the facts
            return None
        if profile is None:
            return None
        try:
            return _priced(profile, facts)
        except (MoneyError, KeyError):  # a bad or an absent amount
            return None

    def _law(self, days: tuple[Any, ...]) -> Any:
        """What the days of a stay come to: the edition of the rules and the office's figures of the day.

        Days that are wrong, or matter themselves, stand for themselves.
        """
        if len(self._laws) >= MOST:
            self._laws.clear()
        said = dict(zip(("scheme", *_ROW), days, strict=True))
        facts, errors, _ = read_facts(said)
        day, more = scheme_and_day(said, facts, self._schemes)
        law: Any = days
        if not errors and not more and not any(days[len(DAYS) + 1 :]):
            scheme = said["scheme"]
            figures = tuple(self._parameters.at(scheme, name, day) for name in FIGURES)
            law = (scheme, self._schemes[scheme].edition(day), figures)
        self._laws[days] = law
        return law

    def _learn(self, key: tuple[Any, ...], facts: Mapping[str, Any]) -> Profile | None:
        if len(self._profiles) >= MOST:
            self._profiles.clear()
        profile = self._profiles[key] = self._resolve({name: facts.get(name) for name in ("scheme", *DAYS, *_ALIKE)})
        return profile

    def _resolve(self, said: dict[str, Any]) -> Profile | None:
        facts, errors, _ = read_facts(said)
        day, more = scheme_and_day(said, facts, self._schemes)
        if errors or more:
            return None
        rules = rules_on(self._schemes, said["scheme"], day)
        if judge(rules, facts, day) or split_needed(facts, rules):
            return None
        try:
            figures = Desk(self._schemes, self._parameters, said["scheme"]).figures(facts, day)
        except MoneyError:
            return None
        plans = plans_of(facts, rules, figures)
        if plans[0].missing:
            return None
        options, _ = options_of(facts, rules, plans)
        ratio = class_b_ratio(facts, rules, figures)
        if len(options) > 1:
            return None
        return Profile(
            options[0].cell,
            ratio if isinstance(ratio, int) else None,
            rules.first_of("first_self_pay") is not None,
            plans[0].has_account,
            had_earlier_stay(facts),
        )


def _priced(profile: Profile, facts: Mapping[str, Any]) -> Amounts | None:
    """Price with a profile.

    Raises:
        KeyError: an amount that is needed is absent.
        MoneyError: an amount cannot be read.
    """
    total, out = parse_yuan(facts["total"]), parse_yuan(facts["self_paid"])
    class_b = parse_yuan(facts["class_b"]) if profile.asks_class_b or facts.get("class_b") is not None else 0
    if out + class_b > total:
        return None
    first = 0
    if class_b:
        if profile.ratio is None:
            return None
        first = share(class_b, profile.ratio)
    used, balance = facts.get("fund_used"), facts.get("account_balance")
    cell = profile.cell
    amounts = price(
        cell,
        total,
        out,
        first,
        used=0 if used is None else parse_yuan(used),
        balance=0 if balance is None or not profile.account else parse_yuan(balance),
    )
    unsaid = used is None and profile.earlier and cell.cap is not None
    if unsaid and amounts.fund_before_cap * NEAR[1] > (cell.cap or 0) * NEAR[0]:
        return None
    return amounts
