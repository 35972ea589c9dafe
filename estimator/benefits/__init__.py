"""The other computations of `yibao benefit`: one function a kind, all listed in this registry."""

from collections.abc import Callable, Mapping
from typing import Any

from estimator.parameters import Parameters
from estimator.scheme import Schemes

Compute = Callable[[Mapping[str, Any], Schemes, Parameters], dict[str, Any]]
KINDS: dict[str, Compute] = {}


def kind(name: str) -> Callable[[Compute], Compute]:
    """Register a computation under the name `yibao benefit` calls it by."""

    def register(compute: Compute) -> Compute:
        if name in KINDS:
            raise ValueError(f"the benefit {name} is registered twice")
        KINDS[name] = compute
        return compute

    return register


def benefit(name: str, request: Mapping[str, Any], schemes: Schemes, parameters: Parameters) -> dict[str, Any]:
    """Work out one benefit; an unknown kind is answered as bad input."""
    compute = KINDS.get(name)
    if compute is None:
        accepted = "、".join(sorted(KINDS)) or "(无)"
        error = {"field": "kind", "message": f"没有“{name}”这种计算", "accepted": accepted}
        return {"kind": name, "status": "bad_input", "errors": [error]}
    return compute(request, schemes, parameters)
