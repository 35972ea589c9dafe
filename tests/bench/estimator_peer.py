"""The same stay in OpenFisca: a tiny tax-benefit system with the Henan rules, the peer of the estimator's bench."""

from __future__ import annotations

from typing import Any

import numpy as np
from openfisca_core import periods
from openfisca_core.entities import build_entity
from openfisca_core.simulation_builder import SimulationBuilder
from openfisca_core.taxbenefitsystems import TaxBenefitSystem
from openfisca_core.variables import Variable

PERSON = build_entity("person", "persons", "A person in hospital", is_person=True)
FACTS = ("total", "self_paid", "class_b", "class_b_self_ratio", "average_wage", "retired", "community", "admission_no")
YEAR = "2016"


def _variable(title: str, formula: Any = None) -> type[Variable]:
    body: dict[str, Any] = {
        "value_type": float,
        "entity": PERSON,
        "definition_period": periods.DateUnit.YEAR,
        "label": title,
    }
    if formula:
        body["formula"] = formula
    return type(title, (Variable,), body)


def _in_scope(person: Any, period: Any) -> Any:
    first = np.floor(person("class_b", period) * person("class_b_self_ratio", period) * 100 + 0.5) / 100
    return person("total", period) - person("self_paid", period) - first


def _deductible(person: Any, period: Any) -> Any:
    ratio = np.where(person("admission_no", period) > 1, 0.05, 0.1)
    return np.minimum(person("average_wage", period) * ratio, person("in_scope", period))


def _copay(person: Any, period: Any) -> Any:
    ratio = 0.2 - 0.05 * person("retired", period) - 0.05 * person("community", period)
    above = person("in_scope", period) - person("deductible", period)
    return np.floor(above * ratio * 100 + 0.5) / 100


def _fund_pays(person: Any, period: Any) -> Any:
    before = person("in_scope", period) - person("deductible", period) - person("copay", period)
    return np.minimum(before, person("average_wage", period) * 4)


def system() -> TaxBenefitSystem:
    """The rules as OpenFisca variables."""
    built = TaxBenefitSystem([PERSON])
    for title in FACTS:
        built.add_variable(_variable(title))
    for title, formula in (
        ("in_scope", _in_scope),
        ("deductible", _deductible),
        ("copay", _copay),
        ("fund_pays", _fund_pays),
    ):
        built.add_variable(_variable(title, formula))
    return built


def fund_pays(built: TaxBenefitSystem, stay: dict[str, float]) -> float:
    """What the fund pays of one stay, built and calculated as OpenFisca's documentation does."""
    persons = {"one": {name: {YEAR: value} for name, value in stay.items()}}
    simulation = SimulationBuilder().build_from_entities(built, {"persons": persons})
    return float(simulation.calculate("fund_pays", YEAR)[0])
