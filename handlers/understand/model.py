"""What is understood of one message: facts, whose they are, what the member wants to do."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

Value = Any
"""A fact as `docs/interface.md` writes it: a decimal string, a number, a word, a flag or a range."""


@dataclass(frozen=True, slots=True)
class Found:
    """One fact heard at a place of the text.

    Attributes:
        fact: Name in the interface.
        value: JSON form; None takes the fact back ("不知道多少", "不是车祸").
        at: Where in the normalised text, for self-corrections.
        said: The words themselves.
        sure: False when it was seen and is not certain: it stays unknown, to be asked.
        weight: A heavier reading beats a lighter one that says otherwise.
    """

    fact: str
    value: Value
    at: int
    said: str = ""
    sure: bool = True
    weight: int = 1


@dataclass(frozen=True, slots=True)
class Understood:
    """Everything a dialogue wants to know of one message.

    Attributes:
        facts: Names and JSON forms of the interface; only what is certain.
        denied: Facts taken back, or said to be unknown.
        subject: `self`, `妈妈`, `邻居` …; None when not said.
        others: A second person's facts, each with the subject.
        moves: cancel, restart, back, repeat, why, skip, dont_know, human, simpler, larger, yes, no, thanks, greeting.
        correction: The member takes something back ("不对", "改成").
        what_if: A supposed case ("要是在社区医院呢").
        question: Asks about a rule rather than telling a fact.
        wants_price: Asks what will be paid for a stay.
        choice: Value of the choice that is meant.
        uncertain: Seen but not certain: (fact, the words).
    """

    facts: dict[str, Value] = field(default_factory=dict)
    denied: frozenset[str] = frozenset()
    subject: str | None = None
    others: tuple[tuple[str, dict[str, Value]], ...] = ()
    moves: frozenset[str] = frozenset()
    correction: bool = False
    what_if: bool = False
    question: bool = False
    wants_price: bool = False
    choice: str | None = None
    uncertain: tuple[tuple[str, str], ...] = ()
