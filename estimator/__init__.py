"""The arithmetic: schemes as dated YAML, priced by small pure functions; money is integer fen.

    schemes, faults = load_schemes()
    facts = {"scheme": "henan-employee", "status": "active", "total": "10000", "average_wage": "30000", …}
    print(estimate(facts, schemes)["fund_pays"])

`estimate` prices stays, `benefit` does the other computations (`estimator.benefits`); request and answer are the JSON
of docs/interface.md. `Parameters` are the office's own dated figures.
"""

from collections.abc import Mapping
from typing import Any

from estimator.faults import Fault
from estimator.loader import load_schemes
from estimator.money import Interval, MoneyError
from estimator.parameters import NO_PARAMETERS, Parameter, Parameters
from estimator.scheme import Scheme, Schemes
from estimator.unknown import UNKNOWN, Unknown

__all__ = [
    "UNKNOWN",
    "Fault",
    "Interval",
    "MoneyError",
    "Parameter",
    "Parameters",
    "Scheme",
    "Schemes",
    "Unknown",
    "benefit",
    "estimate",
    "load_schemes",
]


def estimate(
    request: Mapping[str, Any], schemes: Schemes, *, parameters: Parameters = NO_PARAMETERS, lines: bool = True
) -> dict[str, Any]:
    """Price one stay, a year of stays or what-if variants.

    Args:
        request: the facts, as docs/interface.md names them.
        schemes: from `load_schemes`.
        parameters: the office's dated figures; a fact of the request beats them.
        lines: whether to make the working; amounts alone are quicker.

    Returns:
        The estimate, with a `status` of ok, range, unknown, not_covered or bad_input; never raises for bad facts.
    """
    from estimator.settle import settle  # noqa: PLC0415  (keeps the import of the package short)

    return settle(request, schemes, parameters, lines=lines)


def benefit(
    kind: str, request: Mapping[str, Any], schemes: Schemes, *, parameters: Parameters = NO_PARAMETERS
) -> dict[str, Any]:
    """Work out one of the other benefits (`account-credit`, `maternity`, `aid`, …); see `estimator.benefits`."""
    from estimator import benefits  # noqa: PLC0415

    return benefits.benefit(kind, request, schemes, parameters)
