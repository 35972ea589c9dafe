"""One stretch of a message about one person, with its numbers found: what every reader of facts looks at."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from handlers.understand.amounts import Amount, read_amounts
from handlers.understand.dates import Day, read_days_of_calendar
from handlers.understand.normal import blank
from handlers.understand.scan import Item, scan
from handlers.understand.tables import pattern

CORRECTION = pattern("scene", "correction")
"""Words that take back what was said before."""
BREAK = re.compile(r"[,。;!?\n、]|……|\.{3}")


@dataclass
class Scene:
    """A stretch of normalised text and what it was said in answer to.

    Attributes:
        text: The normalised words.
        today: Against which 上个月 and 前天 are read.
        asking: Facts the bot just asked for.
        known: Facts the form holds already.
        of_stay: Whether the message tells of a stay elsewhere, so that a bare sum is a bill.
    """

    text: str
    today: date
    asking: tuple[str, ...] = ()
    known: dict[str, Any] = field(default_factory=dict)
    of_stay: bool = False

    @cached_property
    def _dated(self) -> tuple[list[Day], str]:
        return read_days_of_calendar(self.text, self.today)

    @cached_property
    def _scanned(self) -> tuple[list[Item], str]:
        return scan(self._dated[1])

    @property
    def days_of_calendar(self) -> list[Day]:
        """Calendar days said, in order."""
        return self._dated[0]

    @property
    def items(self) -> list[Item]:
        """Counted numbers that are neither dates nor money, in order."""
        return self._scanned[0]

    @property
    def unnumbered(self) -> str:
        """The text with dates and counted numbers blanked; money still stands."""
        return self._scanned[1]

    @cached_property
    def amounts(self) -> list[Amount]:
        """Sums of money, in order."""
        return read_amounts(self.unnumbered)

    @cached_property
    def wordy(self) -> str:
        """The text with every number blanked."""
        text = self.unnumbered
        for amount in self.amounts:
            text = blank(text, amount.start, amount.end)
        return text

    def clause(self, at: int) -> tuple[int, int]:
        """Start and end of the clause around a place."""
        start = 0
        for mark in BREAK.finditer(self.text):
            if mark.start() >= at:
                return start, mark.start()
            start = mark.end()
        return start, len(self.text)

    def takes_back(self, start: int, end: int) -> bool:
        """Whether a word of correction stands between two places."""
        return bool(CORRECTION.search(self.text, start, end + 1))

    def asks(self, fact: str) -> bool:
        """Whether the bot just asked for this fact."""
        return fact in self.asking
