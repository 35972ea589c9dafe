"""Holes in the tables of a scheme: a member no figure fits, and a figure nobody ever reaches."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import product
from typing import Any

from estimator.facts import LEVELS
from estimator.faults import Fault
from estimator.plan import Key, fitting
from estimator.yaml_lines import Source

TABLES = ("deductible", "share", "cap")


def table_faults(source: Source, models: Iterable[Any]) -> Iterator[Fault]:
    """The holes of all tables of a file; `models` stand in the order of its rules."""
    numbered = list(enumerate(models))
    stays = [model for _, model in numbered if model is not None and model.kind == "stay"]
    statuses = tuple(dict.fromkeys(status for stay in stays for status in stay.statuses)) or ("",)
    same_level = {level: other for stay in stays for level, other in stay.same_level.items()}
    for index, model in numbered:
        if model is not None and model.kind in TABLES:
            yield from _holes(source, index, model, statuses, same_level)


def _holes(
    source: Source, index: int, model: Any, statuses: tuple[str, ...], same_level: Mapping[str, str]
) -> Iterator[Fault]:
    cells: dict[str, Any] = model.cells
    admissions = sorted({1, *(cell.admission_from for cell in cells.values())})
    years = sorted({0, *(cell.paid_years_from for cell in cells.values())})
    reached = set()
    for key in product(statuses, LEVELS, admissions, years):
        name = fitting(cells, key, same_level)
        if name is None:
            yield source.fault(
                ("rules", index, "cells"), f"{_said(key)}没有合适的数", "补一格,或在最后写一格不带条件的"
            )
            return
        reached.add(name)
    for name in cells:
        if name not in reached:
            place = ("rules", index, "cells", name)
            yield source.fault(place, f"{name} 永远用不到,被前面的格子盖住了", "把条件窄的格子移到前面,或删去")


def _said(key: Key) -> str:
    status, level, admission, years = key
    return f"{status or '参保人'}、{level}、第{admission}次住院、满{years}年的情形"
