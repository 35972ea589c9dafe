"""Who runs this installation: name, phones, opening hours, holidays and the groups of the help desk."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

SOURCE = Path(__file__).with_name("content") / "office.yaml"
SHANGHAI = ZoneInfo("Asia/Shanghai")
LOOK_AHEAD = 60  # days in which the next opening is sought


@dataclass(frozen=True, slots=True)
class Span:
    """One stretch of opening within a day, in Chinese time."""

    start: time
    end: time

    def __str__(self) -> str:
        """As a counter prints it."""
        return f"{self.start:%H:%M}-{self.end:%H:%M}"


def read_span(value: object) -> Span:
    """A stretch written `08:30-12:00`.

    Raises:
        ValueError: another shape, or it ends before it starts.
    """
    if isinstance(value, Span):
        return value
    begin, dash, end = str(value).partition("-")
    try:
        span = Span(time.fromisoformat(begin.strip()), time.fromisoformat(end.strip()))
    except ValueError:
        raise ValueError(f'write opening hours as "08:30-12:00", not {value!r}') from None
    if not dash or span.start >= span.end:
        raise ValueError(f"{value!r} ends before it starts")
    return span


Spans = tuple[Annotated[Span, BeforeValidator(read_span)], ...]
Weekday = Annotated[int, Field(ge=1, le=7)]


class Strict(BaseModel):
    """A part of the office file: unknown keys are faults, values never change."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


class Phone(Strict):
    """A number members may ring."""

    label: str
    number: str


class Group(Strict):
    """A group of the help desk; `reasons` are handed to it at once; a `closed` one is seen by its own people only."""

    id: str
    name: str
    reasons: tuple[str, ...] = ()
    closed: bool = False


class Office(Strict):
    """The office file. `sample` marks the shipped one, so that no real page shows its values unmarked."""

    name: str
    short: str
    address: str = ""
    sample: bool = False
    phones: tuple[Phone, ...] = ()
    emergency: str = "120"
    crisis: str = "12356"
    hours: dict[Weekday, Spans] = Field(default_factory=dict)
    holidays: tuple[date, ...] = ()
    workdays: tuple[date, ...] = ()
    groups: Annotated[tuple[Group, ...], Field(min_length=1)] = (Group(id="general", name="综合咨询"),)

    def spans(self, day: date) -> Spans:
        """The opening stretches of a day; empty when closed. A holiday beats a working day."""
        if day in self.holidays:
            return ()
        return self.hours.get(1 if day in self.workdays else day.isoweekday(), ())

    def open_at(self, moment: datetime) -> bool:
        """Whether people are at the desk at an aware moment."""
        local = moment.astimezone(SHANGHAI)
        return any(span.start <= local.time() < span.end for span in self.spans(local.date()))

    def opens_next(self, moment: datetime) -> datetime | None:
        """The next opening strictly after a moment, in Chinese time; None when none is entered for two months."""
        local = moment.astimezone(SHANGHAI)
        for ahead in range(LOOK_AHEAD):
            day = local.date() + timedelta(days=ahead)
            for span in self.spans(day):
                start = datetime.combine(day, span.start, SHANGHAI)
                if start > local:
                    return start
        return None

    def group(self, group_id: str) -> Group:
        """A group by id; the first one where there is no such group (its people sort it on)."""
        return next((group for group in self.groups if group.id == group_id), self.groups[0])

    def group_for(self, reason: str, wanted: str = "") -> Group:
        """Where a hand-over goes: the group that claims its reason, else the wanted one, else the first."""
        claimed = next((group for group in self.groups if reason in group.reasons), None)
        return claimed or self.group(wanted)


@dataclass(frozen=True, slots=True)
class OfficeFault:
    """One thing wrong in the office file: where (file, line) and what, with the accepted shape."""

    path: Path
    line: int
    what: str

    def __str__(self) -> str:
        """As a compiler would print it."""
        return f"{self.path}:{self.line}: {self.what}"


@dataclass(slots=True)
class Lines:
    """Finds the line of a key path in a YAML document, for faults that point at it."""

    root: yaml.Node | None

    def of(self, where: tuple[int | str, ...]) -> int:
        """The line (from 1) of the deepest part of a path that the document holds."""
        node, line = self.root, 1
        for key in where:
            found = _child(node, key)
            if found is None:
                break
            node, line = found, found.start_mark.line + 1
        return line


def _child(node: yaml.Node | None, key: int | str) -> yaml.Node | None:
    """The value under a key or an index of a YAML node."""
    if isinstance(node, yaml.SequenceNode) and isinstance(key, int) and key < len(node.value):
        child: yaml.Node = node.value[key]
        return child
    if isinstance(node, yaml.MappingNode):
        return next((value for name, value in node.value if name.value == str(key)), None)
    return None


def load_office(path: Path = SOURCE) -> tuple[Office | None, list[OfficeFault]]:
    """Read an office file.

    Returns:
        The office, or None with every fault of the file.
    """
    try:
        text = path.read_text(encoding="utf-8")
        data: Any = yaml.safe_load(text)
        lines = Lines(yaml.compose(text, Loader=yaml.SafeLoader))
    except OSError as error:
        return None, [OfficeFault(path, 1, f"cannot be read: {error.strerror}")]
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        return None, [OfficeFault(path, mark.line + 1 if mark else 1, f"is not YAML: {error}")]
    try:
        return Office.model_validate(data), []
    except ValidationError as error:
        return None, [
            OfficeFault(path, lines.of(item["loc"]), f"{'.'.join(map(str, item['loc']))}: {item['msg']}")
            for item in error.errors()
        ]
