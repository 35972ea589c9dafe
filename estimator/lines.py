"""One line of the working: what, how much, who pays, by which formula and which article."""

from collections.abc import Iterable
from typing import Any, Literal, NamedTuple

from estimator.money import format_yuan, show_ratio, show_yuan

Payer = Literal["member", "fund", "aid", "employer", "other", "none"]


class Line(NamedTuple):
    """One line of the working.

    Attributes:
        id: stable name (`deductible`, `copay`, …).
        label: what it is, in Chinese.
        amount: fen.
        payer: who pays it; `other`: another regime; `none`: a line that only shows a step.
        formula: its numbers, e.g. "30,000.00 × 10%".
        cite: (document, article) pairs.
    """

    id: str
    label: str
    amount: int
    payer: Payer
    formula: str
    cite: tuple[tuple[str, str], ...]

    def json(self) -> dict[str, Any]:
        """As the interface shows it."""
        return {
            "id": self.id,
            "label": self.label,
            "amount": format_yuan(self.amount),
            "payer": self.payer,
            "formula": self.formula,
            "citations": citations(self.cite),
        }


def citations(cite: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    """Pairs as the interface shows them, each once, in order."""
    return [{"doc": doc, "article": article} for doc, article in dict.fromkeys(cite)]


def cites(model: Any) -> tuple[tuple[str, str], ...]:
    """The (document, article) pairs of a rule."""
    return tuple((cite.doc, cite.article) for cite in model.cite)


def product(fen: int, ratio: int) -> str:
    """A formula: "30,000.00 × 10%"."""
    return f"{show_yuan(fen)} × {show_ratio(ratio)}"
