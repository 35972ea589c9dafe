"""The office's own figures, which no document prints, each dated and with its source: the average wage and its like."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import NamedTuple

YEARLY = frozenset({"average_wage"})  # published once a year and never carried forward


class Parameter(NamedTuple):
    """One dated value of the office.

    Attributes:
        scheme: the scheme's id.
        name: `average_wage`, `base_deductible`, `base_cap`, `referral_extra_points`, …
        value: as written: yuan ("60000.00") or a fraction ("0.05").
        since: the first day it is used; None means it is undated and always used (a sample).
        until: the last day, both included. A yearly value without one ends with the year of `since`.
        source: where the office has it from; shown wherever the value is used.
    """

    scheme: str
    name: str
    value: str
    since: date | None = None
    until: date | None = None
    source: str = ""

    def last_day(self) -> date | None:
        """The last day of use, or None where it is used until another one follows."""
        if self.until is None and self.since is not None and self.name in YEARLY:
            return date(self.since.year, 12, 31)
        return self.until

    def holds(self, day: date) -> bool:
        """Whether the value is in force on a day."""
        last = self.last_day()
        return (self.since is None or self.since <= day) and (last is None or day <= last)


class Parameters:
    """All values of the office; the newest that holds on the day wins."""

    def __init__(self, values: Iterable[Parameter] = ()) -> None:
        self._by_name: dict[tuple[str, str], list[Parameter]] = {}
        for value in values:
            self._by_name.setdefault((value.scheme, value.name), []).append(value)
        for several in self._by_name.values():
            several.sort(key=lambda value: value.since or date.min, reverse=True)

    def at(self, scheme: str, name: str, day: date) -> Parameter | None:
        """The value in force on a day, or None where the office has entered none."""
        for value in self._by_name.get((scheme, name), ()):
            if value.holds(day):
                return value
        return None

    def __iter__(self) -> Iterator[Parameter]:
        """Every value, by scheme and name, the newest first."""
        return (value for key in sorted(self._by_name) for value in self._by_name[key])

    def __repr__(self) -> str:
        """All values, in an order that does not depend on how they came."""
        return f"Parameters({list(self)!r})"


NO_PARAMETERS = Parameters()
