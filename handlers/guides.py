"""Procedures as checklists: papers, steps, place and deadlines, from `guides.yaml`."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from handlers.messages import Citation

SOURCE = Path(__file__).with_name("guides.yaml")
MONTHS = 12


@dataclass(frozen=True, slots=True)
class Guide:
    """One procedure."""

    name: str
    title: str
    scheme: str | None
    """Whose procedure it is; None: everybody's."""
    words: tuple[re.Pattern[str], ...]
    first: str
    steps: tuple[str, ...]
    papers: tuple[str, ...]
    place: str
    after: str
    deadline: dict[str, Any] | None
    cite: tuple[Citation, ...]

    def heard_in(self, text: str) -> bool:
        """Whether a message asks for this procedure."""
        return any(pattern.search(text) for pattern in self.words)

    def last_day(self, facts: dict[str, Any]) -> date | None:
        """The last day, worked out from the member's date; None where none is said or the procedure has none."""
        said = facts.get(self.deadline["from"]) if self.deadline else None
        if self.deadline is None or not isinstance(said, str):
            return None
        return months_after(date.fromisoformat(said), self.deadline["months"])


def months_after(day: date, months: int) -> date:
    """The same day some months later, or that month's last day where it has no such day.

    >>> months_after(date(2025, 11, 30), 3)
    datetime.date(2026, 2, 28)
    """
    year, month = divmod(day.year * MONTHS + day.month - 1 + months, MONTHS)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


@cache
def guides() -> dict[str, Guide]:
    """Every procedure by name."""
    data = yaml.safe_load(SOURCE.read_text(encoding="utf-8"))
    return {name: _guide(name, row) for name, row in data.items()}


def _guide(name: str, row: dict[str, Any]) -> Guide:
    return Guide(
        name,
        row["title"],
        row.get("scheme"),
        tuple(re.compile(word) for word in row["words"]),
        row["first"],
        tuple(row.get("steps", ())),
        tuple(row.get("papers", ())),
        row.get("place", ""),
        row.get("after", ""),
        row.get("deadline"),
        tuple(Citation(cite["doc"], cite["article"]) for cite in row["cite"]),
    )
