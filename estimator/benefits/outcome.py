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


def join(
    cases: Sequence[Case], mains: Sequence[str], names: Sequence[str], public: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """One answer of all outcomes: ok where they agree, a range between two complete outcomes, else unknown.

    Args:
        cases: every completion that has to be thought of.
        mains: the outputs the ends of a range are chosen by: the first that is a number in every outcome.
        names: all outputs of the computation, in order.
        public: what the interface calls a completed fact that has a name of its own here.
    """
    cases = [Case({(public or {}).get(name, name): value for name, value in one.items()}, o) for one, o in cases]
    outcomes = [case.outcome for case in cases]
    lacking = [name for outcome in outcomes for name in outcome.missing]
    first = outcomes[0]
    main = next((name for name in mains if _numbers(outcomes, name)), None)
    same = {name: _agreed([outcome.values.get(name) for outcome in outcomes]) for name in names}
    answer: dict[str, Any] = {"status": _status(outcomes, same, main), **{name: shown(same[name]) for name in names}}
    telling = [] if answer["status"] in ("ok", "not_covered") else _telling(cases)
    answer.update({"low": None, "high": None, "missing": list(dict.fromkeys([*telling, *lacking]))})
    lacking_or_all = [one for one in outcomes if one.missing] or outcomes
    if all(outcome.reason for outcome in lacking_or_all):
        answer["reason"] = ";".join(dict.fromkeys(outcome.reason for outcome in lacking_or_all))
    answer["notes"] = [note for note in first.notes if all(note in outcome.notes for outcome in outcomes)]
    if answer["status"] == "range" and main is not None:
        answer.update(_ends(cases, main, names, telling))
    definite = answer["status"] in ("ok", "not_covered") or all(one.lines == first.lines for one in outcomes)
    answer["lines"] = [line.json() for line in first.lines] if definite else []
    pairs = [pair for outcome in outcomes for line in outcome.lines for pair in line.cite]
    answer["citations"] = citations([*pairs, *(pair for outcome in outcomes for pair in outcome.cite)])
    return answer


def _agreed(values: list[Any]) -> Any:
    return values[0] if all(value == values[0] for value in values) else None


def _status(outcomes: Sequence[Outcome], same: Mapping[str, Any], main: str | None) -> str:
    if any(outcome.missing for outcome in outcomes):
        return "unknown"
    if not any(_matters(outcomes, name, main) for name in same):
        return "not_covered" if all(not outcome.covered for outcome in outcomes) else "ok"
    return "unknown" if main is None else "range"


def _matters(outcomes: Sequence[Outcome], name: str, main: str | None) -> bool:
    """Whether an output differs so that the answer stays open; beside equal amounts a name alone does not."""
    values = [outcome.values.get(name) for outcome in outcomes]
    if all(value == values[0] for value in values):
        return False
    return main is None or name == main or any(isinstance(value, Fen | bool | date) for value in values)


def _numbers(outcomes: Sequence[Outcome], name: str) -> bool:
    values = [outcome.values.get(name) for outcome in outcomes]
    return all(isinstance(value, int) and not isinstance(value, bool) for value in values)


def _ends(cases: Sequence[Case], main: str, names: Sequence[str], telling: list[str]) -> dict[str, Any]:
    low = min(cases, key=lambda case: case.outcome.values[main])
    high = max(cases, key=lambda case: case.outcome.values[main])
    bounds = {}
    for name in names:
        values = [case.outcome.values.get(name) for case in cases]
        amounts = [value for value in values if isinstance(value, Fen)]
        if len(amounts) == len(values) and min(amounts) != max(amounts):
            bounds[name] = {"low": shown(min(amounts)), "high": shown(max(amounts))}
    return {"low": _complete(low, names, telling), "high": _complete(high, names, telling), "bounds": bounds}


def _complete(case: Case, names: Sequence[str], telling: list[str]) -> dict[str, Any]:
    facts = {name: shown(value) for name, value in case.completion.items() if name in telling}
    found: dict[str, Any] = {name: shown(case.outcome.values.get(name)) for name in names}
    if case.outcome.reason:
        found["reason"] = case.outcome.reason
    return {
        **found,
        "facts": facts,
        "notes": list(case.outcome.notes),
        "lines": [line.json() for line in case.outcome.lines],
    }


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
    return any(
        (other.values, other.missing, other.covered) != (one.values, one.missing, one.covered) for other in group
    )
