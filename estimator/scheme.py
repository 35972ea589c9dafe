"""One scheme and all schemes: dated rules with their citations, found by kind, by name and by day."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from estimator.money import MoneyError
from estimator.quantities import parse_quantity

_ZONE = ZoneInfo("Asia/Shanghai")


def today() -> date:
    """Today in Asia/Shanghai: the day of law where a request names none."""
    return datetime.now(_ZONE).date()


class Rule(NamedTuple):
    """A rule as loaded: its checked model and what was written in the file.

    Attributes:
        model: the pydantic model of its kind (see `estimator.kinds`).
        raw: the mapping as written, for figures.
    """

    model: Any
    raw: Mapping[str, Any]


class Scheme:
    """One insurance scheme: its rules, each with the days it holds."""

    def __init__(self, data: Mapping[str, Any], rules: Iterable[Rule]) -> None:
        self.id: str = data["id"]
        self.title: str = data["title"]
        self.region: str = data.get("region", "")
        self.since: date | None = data.get("since")
        self.rules = tuple(rules)

    def rule(self, name: str, day: date | None = None) -> Any:
        """The model of a rule in force on a day (today if none is given), or None."""
        day = day or today()
        return next((rule.model for rule in self.rules if rule.model.id == name and rule.model.holds(day)), None)

    def of_kind(self, kind: str, day: date) -> list[Any]:
        """All rules of a kind in force on a day, in the order written."""
        return [rule.model for rule in self.rules if rule.model.kind == kind and rule.model.holds(day)]

    def first_of(self, kind: str, day: date) -> Any:
        """The rule of a kind in force on a day, or None."""
        return next(iter(self.of_kind(kind, day)), None)

    def of(self, kind: str) -> bool:
        """Whether the scheme has a rule of a kind, on any day."""
        return any(rule.model.kind == kind for rule in self.rules)

    def edition(self, day: date) -> tuple[int, ...]:
        """Which rules hold on a day: equal editions price alike."""
        return tuple(index for index, rule in enumerate(self.rules) if rule.model.holds(day))

    def figure(self, path: list[str], day: date) -> str:
        """A figure of a rule, as an answer prints it.

        Raises:
            LookupError: no such rule on that day, or no figure there.
        """
        rule = next((rule for rule in self.rules if rule.model.id == path[0] and rule.model.holds(day)), None)
        if rule is None:
            raise LookupError(f"方案 {self.id} 在 {day} 没有规则 {path[0]}")
        place: Any = rule.raw
        for step in path[1:]:
            place = _inside(place, step)
        if isinstance(place, Mapping):
            place = place.get("value")
        return _printed(place, "/".join([self.id, *path]))

    def figures(self) -> Iterator[str]:
        """The paths of all figures, for those who write answers."""
        for rule in self.rules:
            for path in _paths(rule.raw):
                yield "/".join([self.id, rule.model.id, *path])


def _inside(place: Any, step: str) -> Any:
    if isinstance(place, list) and step.isdigit() and int(step) < len(place):
        return place[int(step)]
    if isinstance(place, Mapping):
        for holder in (place, place.get("cells"), place.get("numbers")):
            if isinstance(holder, Mapping) and step in holder:
                return holder[step]
    raise LookupError(f"没有数值 {step}")


def _printed(value: Any, path: str) -> str:
    if isinstance(value, str):
        try:
            return str(parse_quantity(value))
        except MoneyError:
            return value
    if isinstance(value, int | date) and not isinstance(value, bool):
        return str(value)
    raise LookupError(f"{path} 不是一个数值")


def _paths(place: Any) -> Iterator[list[str]]:
    items = place.items() if isinstance(place, Mapping) else enumerate(place) if isinstance(place, list) else ()
    for key, value in items:
        if isinstance(value, str):
            try:
                parse_quantity(value)
            except MoneyError:
                continue
            yield [] if key == "value" else [str(key)]
        else:
            for rest in _paths(value):
                yield rest if key in ("cells", "numbers") else [str(key), *rest]


class Schemes(Mapping[str, Scheme]):
    """All schemes by id."""

    def __init__(self, schemes: Iterable[Scheme], digest: str = "") -> None:
        self._by_id = {scheme.id: scheme for scheme in schemes}
        self.digest = digest or hashlib.sha256(repr([s.rules for s in self._by_id.values()]).encode()).hexdigest()
        self.plans: dict[Any, Any] = {}  # compiled plans, by edition and parameters; see estimator.plan

    def __getitem__(self, scheme: str) -> Scheme:
        return self._by_id[scheme]

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_id)

    def __len__(self) -> int:
        return len(self._by_id)

    def figure(self, path: str, on: date | None = None) -> str:
        """A figure as an answer prints it: `figure("henan-employee/deductible/first_ratio")` is "10%".

        Raises:
            LookupError: no such scheme, rule or figure on that day.
        """
        scheme, *rest = path.split("/")
        if scheme not in self._by_id or not rest:
            raise LookupError(f"没有方案 {scheme}")
        return self._by_id[scheme].figure(rest, on or today())
