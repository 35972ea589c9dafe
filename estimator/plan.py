"""A plan: a scheme's rules of one day with the office's figures, worked out once into a flat table of cells."""

from collections.abc import Iterable, Mapping
from itertools import product
from typing import Any, NamedTuple, Protocol

from estimator.facts import LEVELS
from estimator.lines import cites
from estimator.money import ONE, share, show_ratio, show_yuan
from estimator.price import Cell

Key = tuple[str, str, int, int]  # status, hospital level, admission from, paid years from


class RulesByKind(Protocol):
    """Where a plan takes its rules from."""

    def first_of(self, kind: str) -> Any:
        """The rule of a kind, or None."""


class Given(NamedTuple):
    """A figure of the office for this stay: fen (or millionths), and its source where it is a parameter."""

    value: int
    source: str | None = None


class Plan:
    """What pricing needs of a scheme: cells by (status, level, admission, years), with their workings.

    Attributes:
        missing: figures without which no cell can be worked out; the plan then has no cells.
        candidates: for each fact the rules tell stays apart by, the values that differ.
    """

    def __init__(self, book: RulesByKind, figures: Mapping[str, Given], extra: int) -> None:
        self._figures = figures
        self._extra = extra
        rules = {kind: book.first_of(kind) for kind in ("stay", "deductible", "share", "cap", "account")}
        self._rules = rules
        self.same_level: dict[str, str] = dict(rules["stay"].same_level) if rules["stay"] else {}
        self.level_note: str = rules["stay"].note if rules["stay"] else ""
        self.has_account = rules["account"] is not None
        self.admissions = self._steps("admission_from", 1)
        self.years = self._steps("paid_years_from", 0)
        self.statuses = tuple(rules["stay"].statuses) if rules["stay"] and rules["stay"].statuses else ("",)
        self.missing = self._missing()
        self.cells: dict[Key, Cell] = {}
        if not self.missing:
            keys = product(self.statuses, LEVELS, self.admissions, self.years)
            self.cells = {key: self._cell(key) for key in keys}
        self.candidates = self._candidates()
        self.points = _points(extra)
        self.cite = {kind: cites(rule) if rule else () for kind, rule in rules.items()}

    def _tables(self) -> list[Any]:
        return [self._rules[kind] for kind in ("deductible", "share", "cap") if self._rules[kind]]

    def _steps(self, name: str, lowest: int) -> tuple[int, ...]:
        cells = (cell for table in self._tables() for cell in table.cells.values())
        return tuple(sorted({lowest, *(getattr(cell, name) for cell in cells)}))

    def _missing(self) -> list[str]:
        needed = [] if self._rules["share"] else ["copay_ratio"]
        for kind in ("deductible", "cap"):
            rule = self._rules[kind]
            if rule and rule.base != "amount" and rule.base not in self._figures:
                needed += [rule.base] if rule.announced not in self._figures else []
        return list(dict.fromkeys(needed))

    def _candidates(self) -> dict[str, list[Any]]:
        """Per fact, one value of each group that prices alike; the later one stands for its group."""
        names = ("status", "hospital_level", "admission_no", "paid_years")
        values: tuple[Iterable[Any], ...] = (self.statuses, LEVELS, self.admissions, self.years)
        found: dict[str, list[Any]] = {}
        for place, (name, options) in enumerate(zip(names, values, strict=True)):
            groups: dict[Any, Any] = {}
            for option in options:
                alike = tuple(cell for key, cell in self.cells.items() if key[place] == option)
                groups[alike] = option if place == 1 else groups.get(alike, option)
            found[name] = list(groups.values())
        return found

    def key(self, status: str, level: str, admission: int, years: int) -> Key:
        """The cell's key for facts as they are."""
        return (
            status if status in self.statuses else self.statuses[0],
            level,
            max(step for step in self.admissions if step <= admission),
            max(step for step in self.years if step <= years),
        )

    def _cell(self, key: Key) -> Cell:
        shared = self._rules["share"]
        found = self._cell_of(shared, key)
        bands = found.bands or (found,)
        sign = self._extra if shared.of == "member" else -self._extra
        ends = tuple(
            (getattr(band, "upto", None) and band.upto.value, max(0, min(ONE, band.value.value + sign)))
            for band in bands
        )
        deductible = self._amount("deductible", key)
        return Cell(deductible or 0, shared.of == "member", ends, self._amount("cap", key))

    def _cell_of(self, rule: Any, key: Key) -> Any:
        name = fitting(rule.cells, key, self.same_level)
        assert name is not None  # the loader takes no table with a hole
        return rule.cells[name]

    def _amount(self, kind: str, key: Key) -> int | None:
        rule = self._rules[kind]
        if rule is None:
            return None
        if rule.announced in self._figures:
            return self._figures[rule.announced].value
        value = self._cell_of(rule, key).value.value
        return value if rule.base == "amount" else share(self._figures[rule.base].value, value)

    def explain(self, kind: str, key: Key) -> str:
        """The formula of the deductible or the cap: "30,000.00 × 10%"."""
        rule = self._rules[kind]
        if rule is None:
            return ""
        if rule.announced in self._figures:
            return f"公布数 {self._named(rule.announced)}"
        found = self._cell_of(rule, key).value
        if rule.base == "amount":
            return show_yuan(found.value)
        named = self._named(rule.base)
        if found.of == "倍":
            return f"{named} × {str(found)[:-1]}"
        return named if found.value == ONE else f"{named} × {show_ratio(found.value)}"

    def _named(self, name: str) -> str:
        figure = self._figures[name]
        return show_yuan(figure.value) + ("(示例)" if figure.source and "示例" in figure.source else "")


def _points(extra: int) -> str:
    if extra >= ONE:
        return "(提高多少没有公布,最多全由个人负担)"
    return f"(含提高的{show_ratio(extra)[:-1]}个百分点)" if extra else ""


def fitting(cells: Mapping[str, Any], key: Key, same_level: Mapping[str, str]) -> str | None:
    """The name of the first cell of a table that fits a key, or None."""
    status, level, admission, years = key
    levels = {level, same_level.get(level, level)}
    for name, cell in cells.items():
        if (
            cell.status in (None, status)
            and (not cell.hospital_level or levels & set(cell.hospital_level))
            and cell.admission_from <= admission
            and cell.paid_years_from <= years
        ):
            return name
    return None
