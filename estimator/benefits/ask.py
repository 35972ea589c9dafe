"""One request to a computation: its facts read and checked, its scheme and day found, its unknowns run through."""

from collections.abc import Mapping
from datetime import date
from itertools import product
from typing import TYPE_CHECKING, Any

from estimator.benefits.facts import FACTS, Facts, read_facts
from estimator.benefits.outcome import Case, Fen, Outcome, join
from estimator.benefits.readers import FactErrors
from estimator.facts import Error
from estimator.lines import Line, Payer, cites
from estimator.money import Interval, MoneyError, parse_yuan
from estimator.parameters import Parameters
from estimator.scheme import Scheme, Schemes, today

if TYPE_CHECKING:
    from estimator.benefits import Kind

Candidates = dict[str, tuple[Any, ...]]
DATED = ("as_of", "month", "year", "paid_on", "expense_on", "discharged", "referred_on", "first_contribution")


class Ask:
    """What a computation works from.

    Attributes:
        facts: definite values by name (money in fen).
        scheme: the scheme.
        day: the day whose rules hold.
        assumed: the facts it took for granted, as the answer's `assumptions`.
    """

    def __init__(self, facts: Facts, scheme: Scheme, day: date, parameters: Parameters) -> None:
        self.facts = facts
        self.scheme = scheme
        self.day = day
        self.parameters = parameters
        self.assumed: list[dict[str, Any]] = []

    def __contains__(self, name: str) -> bool:
        return name in self.facts

    def get(self, name: str) -> Any:
        """A fact, or None where it was not said."""
        return self.facts.get(name)

    def rule(self, kind: str) -> Any:
        """The scheme's rule of a kind on the day, or None."""
        return self.scheme.first_of(kind, self.day)

    def assume(self, fact: str, value: Any, text: str) -> Any:
        """A fact, or what is taken for granted where it was not said: then listed in `assumptions`."""
        if fact in self.facts:
            return self.facts[fact]
        item = {"fact": fact, "value": value, "text": text}
        if item not in self.assumed:
            self.assumed.append(item)
        return value

    def figure(self, name: str) -> int | None:
        """A figure of the office in fen: what the request says, else the parameter of the day, else None.

        Raises:
            MoneyError: the parameter is not an amount.
        """
        if name in self.facts:
            return int(self.facts[name])
        parameter = self.parameters.at(self.scheme.id, name, self.day)
        if parameter is None:
            return None
        text = f"{FACTS[name].label}用{parameter.value}元({parameter.source or '本单位登记的数'})"
        self.assume(name, parameter.value, text)
        return parse_yuan(parameter.value)

    def completed(self, completion: Mapping[str, Any]) -> "Ask":
        """The same request with further facts; assumptions are shared."""
        other = Ask({**self.facts, **completion}, self.scheme, self.day, self.parameters)
        other.assumed = self.assumed
        return other


def line(name: str, label: str, fen: int, payer: Payer, formula: str, *rules: Any) -> Line:
    """A line of the working, citing rules."""
    return Line(name, label, fen, payer, formula, tuple(pair for rule in rules for pair in cites(rule)))


def wrong(name: str, scheme: Any, errors: list[Error]) -> dict[str, Any]:
    """The answer to facts that cannot be taken."""
    found = [error.json() for error in errors]
    return {
        "kind": name,
        "scheme": scheme,
        "status": "bad_input",
        "errors": found,
        "missing": [],
        "lines": [],
        "citations": [],
    }


def answer_of(kind: "Kind", request: Mapping[str, Any], schemes: Schemes, parameters: Parameters) -> dict[str, Any]:
    """Answer one request to one computation."""
    facts, errors, ignored = read_facts(request, kind.facts)
    name, no_scheme = _scheme_of(kind, request, schemes)
    day, too_early = _day_of(facts, schemes[name] if name else None)
    errors += no_scheme + too_early + kind.check(facts)
    if name is None or errors:
        return wrong(kind.name, request.get("scheme"), errors)
    ask = Ask(facts, schemes[name], day, parameters)
    head = {"kind": kind.name, "scheme": name, "as_of": day.isoformat()}
    if not any(ask.rule(rule) for rule in kind.rules):
        return {**head, **_not_written(kind, ask.scheme)}
    try:
        answer = join(_cases(kind, ask), kind.main, list(kind.outputs), kind.public(ask))
    except MoneyError as error:
        return wrong(
            kind.name, name, [Error("parameters", f"本单位登记的数写错了:{error}", "用 yibao parameters set 改正")]
        )
    except FactErrors as error:
        return wrong(kind.name, name, error.errors)
    answer = {**head, **answer, "assumptions": ask.assumed}
    if ignored:
        answer["ignored"] = ignored
    return answer


def _scheme_of(kind: "Kind", request: Mapping[str, Any], schemes: Schemes) -> tuple[str | None, list[Error]]:
    """The scheme said, or the only one that has the rules."""
    able = [one.id for one in schemes.values() if any(rule.model.kind in kind.rules for rule in one.rules)]
    said = request.get("scheme")
    if said is None and len(able) == 1:
        return able[0], []
    if isinstance(said, str) and said in schemes:
        return said, []
    what = "没有说是哪个参保办法" if said is None else f"没有方案 {said}"
    return None, [Error("scheme", what, "、".join(sorted(able)))]


def _day_of(facts: Facts, scheme: Scheme | None) -> tuple[date, list[Error]]:
    """The day whose rules hold, and an error where the scheme did not exist yet."""
    field = next((name for name in DATED if name in facts), "as_of")
    said = facts.get(field) or today()
    day = date(said, 12, 31) if isinstance(said, int) else said
    if scheme and scheme.since and day < scheme.since:
        text = f"{scheme.title}自{scheme.since}起施行,{day}还没有"
        return day, [Error(field, text, f"{scheme.since}及以后的日期")]
    return day, []


def _not_written(kind: "Kind", scheme: Scheme) -> dict[str, Any]:
    """The answer where no document of the scheme has such a rule."""
    reason = f"{scheme.title}的文件里没有写“{kind.title}”的规定"
    outcome = Outcome(dict.fromkeys(kind.outputs), missing=(kind.rules[0],), reason=reason)
    return {**join([Case({}, outcome)], kind.main, list(kind.outputs)), "assumptions": []}


def _cases(kind: "Kind", ask: Ask) -> list[Case]:
    """The outcome for every completion of what is unknown or known only between two amounts."""
    between = {name: (value.low, value.high) for name, value in ask.facts.items() if isinstance(value, Interval)}
    found = []
    for ends in product(*between.values()):
        chosen = dict(zip(between, map(Fen, ends), strict=True))
        sure = ask.completed(chosen)
        open_facts = {name: values for name, values in kind.unsaid(sure).items() if name not in sure.facts}
        for values in product(*open_facts.values()):
            completion = dict(zip(open_facts, values, strict=True))
            outcome = kind.compute(sure.completed(completion))
            found.append(Case({**chosen, **completion}, outcome))
    return found
