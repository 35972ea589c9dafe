"""What a computation found for definite facts, and the joining of several outcomes into one honest answer."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from estimator.lines import Line, citations
from estimator.money import format_yuan

Cites = tuple[tuple[str, str], ...]


class Fen(int):
    """An amount of money among the outputs, in fen."""


class Outcome(NamedTuple):
    """The result for definite facts.

    Attributes:
        values: the outputs by name: Fen, int, bool, str or date; None where it is not known.
        lines: the working.
        missing: facts or figures without which something is not known and not bounded either.
        reason: why nothing is paid, or what is not published (Chinese).
        covered: False where a rule leaves it to the member.
        notes: sentences a member should hear (Chinese).
        cite: further citations, beside those of the lines.
    """

    values: dict[str, Any]
    lines: tuple[Line, ...] = ()
    missing: tuple[str, ...] = ()
    reason: str = ""
    covered: bool = True
    notes: tuple[str, ...] = ()
    cite: Cites = ()


def shown(value: Any) -> Any:
    """An output as JSON."""
    if isinstance(value, Fen):
        return format_yuan(value)
    return value.isoformat() if isinstance(value, date) else value


class Case(NamedTuple):
    """One completion of the unknown facts and its outcome."""

    completion: Mapping[str, Any]
    outcome: Outcome


def join(cases: Sequence[Case], main: str, names: Sequence[str]) -> dict[str, Any]:
    """One answer of all outcomes: ok where they agree, a range between two complete outcomes, else unknown.

    Args:
        cases: every completion that has to be thought of.
        main: the output the ends of a range are chosen by.
        names: all outputs of the computation, in order.
    """
    outcomes = [case.outcome for case in cases]
    telling = _telling(cases)
    lacking = [name for outcome in outcomes for name in outcome.missing]
    first = outcomes[0]
    same = {name: _agreed([outcome.values.get(name) for outcome in outcomes]) for name in names}
    answer: dict[str, Any] = {"status": _status(outcomes, same, main), **{name: shown(same[name]) for name in names}}
    answer.update({"low": None, "high": None, "missing": list(dict.fromkeys([*telling, *lacking]))})
    reasons = list(dict.fromkeys(outcome.reason for outcome in outcomes if outcome.reason))
    if reasons:
        answer["reason"] = ";".join(reasons)
    answer["notes"] = list(dict.fromkeys(note for outcome in outcomes for note in outcome.notes))
    if answer["status"] == "range":
        answer.update(_ends(cases, main, names, telling))
    answer["lines"] = [line.json() for line in first.lines] if _single(outcomes) else []
    pairs = [pair for outcome in outcomes for line in outcome.lines for pair in line.cite]
    answer["citations"] = citations([*pairs, *(pair for outcome in outcomes for pair in outcome.cite)])
    return answer


def _single(outcomes: Sequence[Outcome]) -> bool:
    return all(outcome.lines == outcomes[0].lines for outcome in outcomes)


def _agreed(values: list[Any]) -> Any:
    return values[0] if all(value == values[0] for value in values) else None


def _status(outcomes: Sequence[Outcome], same: Mapping[str, Any], main: str) -> str:
    if any(outcome.missing for outcome in outcomes):
        return "unknown"
    differing = [name for name in same if any(o.values.get(name) != outcomes[0].values.get(name) for o in outcomes)]
    if not differing:
        return "ok" if outcomes[0].covered else "not_covered"
    numbers = [outcome.values.get(main) for outcome in outcomes]
    return "range" if all(isinstance(number, int) and not isinstance(number, bool) for number in numbers) else "unknown"


def _ends(cases: Sequence[Case], main: str, names: Sequence[str], telling: list[str]) -> dict[str, Any]:
    low = min(cases, key=lambda case: case.outcome.values[main])
    high = max(cases, key=lambda case: case.outcome.values[main])
    bounds = {}
    for name in names:
        values = [case.outcome.values.get(name) for case in cases]
        if all(isinstance(value, Fen) for value in values) and min(values) != max(values):
            bounds[name] = {"low": shown(min(values)), "high": shown(max(values))}
    return {"low": _complete(low, names, telling), "high": _complete(high, names, telling), "bounds": bounds}


def _complete(case: Case, names: Sequence[str], telling: list[str]) -> dict[str, Any]:
    facts = {name: shown(value) for name, value in case.completion.items() if name in telling}
    found: dict[str, Any] = {name: shown(case.outcome.values.get(name)) for name in names}
    if case.outcome.reason:
        found["reason"] = case.outcome.reason
    return {**found, "facts": facts, "lines": [line.json() for line in case.outcome.lines]}


def _telling(cases: Sequence[Case]) -> list[str]:
    """The unknown facts on which some output hangs."""
    found = []
    for name in cases[0].completion:
        groups: dict[str, list[Outcome]] = {}
        for completion, outcome in cases:
            rest = repr([item for item in completion.items() if item[0] != name])
            groups.setdefault(rest, []).append(outcome)
        if any(_differ(group) for group in groups.values()):
            found.append(name)
    return found


def _differ(group: list[Outcome]) -> bool:
    one = group[0]
    return any((other.values, other.missing, other.covered) != (one.values, one.missing, one.covered) for other in group)
