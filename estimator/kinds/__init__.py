"""The kinds of rules a scheme file may hold: this registry, and one short module for each family.

A new kind is a pydantic model:

    @rule_kind("dialysis")
    class Dialysis(RuleBase):
        \"\"\"What the pooled fund pays for one visit.\"\"\"

        per_visit: Money
"""

from collections.abc import Callable
from importlib import import_module
from typing import TypeVar

from estimator.kinds.base import AnyQuantity, Count, Money, Ratio, RuleBase, Strict

__all__ = ["KINDS", "AnyQuantity", "Count", "Money", "Ratio", "RuleBase", "Strict", "load_kinds", "rule_kind"]

KINDS: dict[str, type[RuleBase]] = {}
_FAMILIES = ("estimator.kinds.stay", "estimator.kinds.coverage", "estimator.benefits.kinds")


Model = TypeVar("Model", bound=RuleBase)


def rule_kind(name: str) -> Callable[[type[Model]], type[Model]]:
    """Register a model as the kind of this name."""

    def register(model: type[Model]) -> type[Model]:
        if name in KINDS:
            raise ValueError(f"the kind {name} is registered twice")
        KINDS[name] = model
        return model

    return register


def load_kinds() -> dict[str, type[RuleBase]]:
    """All kinds, with the modules that declare them imported."""
    for family in _FAMILIES:
        import_module(family)
    return KINDS
