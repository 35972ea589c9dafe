"""Working days in China, from a yearly calendar file: a year nobody has announced is said, not guessed."""

from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import NamedTuple

from estimator.yaml_lines import read_yaml

FILE = Path(__file__).parent / "calendar" / "workdays.yaml"
SATURDAY = 5


class Year(NamedTuple):
    """One announced year: weekdays of rest, and weekend days that are worked."""

    rest: frozenset[date]
    worked: frozenset[date]


@cache
def load_calendar(file: Path = FILE) -> dict[int, Year]:
    """The announced years.

    Raises:
        ValueError: the file cannot be read; it is part of the package.
    """
    source, faults = read_yaml(file)
    if source is None or faults:
        raise ValueError("; ".join(str(fault) for fault in faults))
    return {
        int(year): Year(frozenset(_days(days["rest"])), frozenset(_days(days["worked"])))
        for year, days in source.data.items()
    }


def _days(spans: list[date | str]) -> list[date]:
    """Single days, and spans written "2026-10-01..2026-10-07"."""
    found: list[date] = []
    for span in spans:
        first, _, last = str(span).partition("..")
        start, end = date.fromisoformat(first), date.fromisoformat(last or first)
        found += [start + timedelta(days=step) for step in range((end - start).days + 1)]
    return found


def is_workday(day: date) -> bool | None:
    """Whether a day is worked; None where its year has not been announced."""
    year = load_calendar().get(day.year)
    if year is None:
        return None
    return day in year.worked or (day.weekday() < SATURDAY and day not in year.rest)


def add_workdays(day: date, count: int) -> date | None:
    """The last day of a limit of so many working days, the day itself not counted; None where a year is missing."""
    while count:
        day += timedelta(days=1)
        worked = is_workday(day)
        if worked is None:
            return None
        count -= worked
    return day


def unannounced(day: date, count: int) -> list[int]:
    """The years a limit runs through whose calendar is missing."""
    years = {day.year, (day + timedelta(days=2 * count)).year}
    return sorted(year for year in years if year not in load_calendar()) or [day.year]
