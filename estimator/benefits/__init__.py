"""The other computations of `yibao benefit`: one function a kind, all listed in this registry.

    @kind("dialysis", title="…", facts=("visit_costs", "approved"), outputs={"fund_pays": "统筹支付", …},
          rule="dialysis", unsaid={"approved": (True, False)})
    def dialysis(ask: Ask) -> Outcome: ...

A function gets definite facts. Where one is unknown and `unsaid` bounds it, the function is run for every value and
the answers are joined into a range (`estimator.benefits.outcome`). Aid on top of a stay is `benefit("aid", …)`.
"""

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any, NamedTuple

from estimator.benefits.ask import Ask, Candidates, answer_of, wrong
from estimator.benefits.facts import Facts
from estimator.benefits.outcome import Outcome
from estimator.facts import Error
from estimator.parameters import Parameters
from estimator.scheme import Schemes

Compute = Callable[[Ask], Outcome]
Unsaid = Callable[[Ask], Candidates]
Check = Callable[[Facts], list[Error]]
_FAMILIES = (
    "accounts",
    "account_use",
    "contributions",
    "maternity",
    "aid",
    "enrolment",
    "household",
    "treatment",
    "residence",
)


class Kind(NamedTuple):
    """One computation.

    Attributes:
        name: what `yibao benefit` calls it.
        title: what it works out (Chinese).
        facts: the facts it asks for.
        outputs: its outputs with their Chinese labels, in order.
        rules: the rule kinds, one of which a scheme must have.
        main: the outputs the ends of a range are chosen by: the first that is a number throughout.
        unsaid: the values an unknown fact may have, for definite other facts.
        check: what is wrong with facts taken together.
        compute: the function for definite facts.
        public: what the interface calls a completed fact that has a name of its own in the computation.
    """

    name: str
    title: str
    facts: tuple[str, ...]
    outputs: dict[str, str]
    rules: tuple[str, ...]
    main: tuple[str, ...]
    unsaid: Unsaid
    check: Check
    compute: Compute
    public: Callable[[Ask], dict[str, str]]


KINDS: dict[str, Kind] = {}


def _nothing_wrong(_: Facts) -> list[Error]:
    return []


def kind(
    name: str,
    *,
    title: str,
    facts: tuple[str, ...],
    outputs: dict[str, str],
    rule: str | tuple[str, ...],
    main: str | tuple[str, ...] = (),
    unsaid: Mapping[str, tuple[Any, ...]] | Unsaid | None = None,
    check: Check = _nothing_wrong,
    public: Callable[[Ask], dict[str, str]] = lambda _: {},
) -> Callable[[Compute], Compute]:
    """Register a computation under the name `yibao benefit` calls it by; see `Kind` for the rest."""
    rules = (rule,) if isinstance(rule, str) else rule
    mains = (main,) if isinstance(main, str) else main
    chosen = unsaid if callable(unsaid) else _fixed(unsaid or {})

    def register(compute: Compute) -> Compute:
        if name in KINDS:
            raise ValueError(f"the benefit {name} is registered twice")
        KINDS[name] = Kind(
            name, title, facts, outputs, rules, mains or (next(iter(outputs)),), chosen, check, compute, public
        )
        return compute

    return register


def _fixed(values: Mapping[str, tuple[Any, ...]]) -> Unsaid:
    return lambda _: dict(values)


def load_kinds() -> dict[str, Kind]:
    """All computations, with the modules that declare them imported."""
    for family in _FAMILIES:
        import_module(f"estimator.benefits.{family}")
    return KINDS


def benefit(name: str, request: Mapping[str, Any], schemes: Schemes, parameters: Parameters) -> dict[str, Any]:
    """Work out one benefit; bad facts and an unknown kind are answered as `bad_input`, every error at once."""
    known = load_kinds().get(name)
    if known is None:
        return wrong(name, None, [Error("kind", f"没有“{name}”这种计算", "、".join(sorted(KINDS)))])
    return answer_of(known, request, schemes, parameters)
