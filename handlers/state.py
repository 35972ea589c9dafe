"""What a conversation remembers between two messages: small, versioned, facts and never results."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Self

from handlers.messages import Choice, Facts

STATE_VERSION = 1


def _known_fields(cls: type, data: dict[str, Any]) -> dict[str, Any]:
    """Only what this version of a class knows, so that a state of a newer or older worker still loads."""
    names = {item.name for item in fields(cls)}
    return {name: value for name, value in data.items() if name in names}


@dataclass(slots=True)
class Form:
    """A stay being described: facts said, facts the member cannot say, the fact asked for, earlier facts to go back."""

    facts: Facts = field(default_factory=dict)
    declined: list[str] = field(default_factory=list)
    asking: str | None = None
    priced: bool = False
    past: list[Facts] = field(default_factory=list)

    def take(self, facts: Facts) -> None:
        """Merge newly heard facts, remembering the earlier ones for `back`."""
        self.past = [*self.past[-4:], deepcopy(self.facts)]
        self.facts = {**self.facts, **facts}
        self.declined = [name for name in self.declined if name not in facts]

    def latest(self) -> str | None:
        """The fact answered last, None when there is none."""
        before = self.past[-1] if self.past else {}
        return next((name for name in reversed(self.facts) if self.facts[name] != before.get(name)), None)

    def undo(self) -> bool:
        """Go back one answer; False when there is none."""
        if not self.past:
            return False
        self.facts = self.past.pop()
        self.priced = False
        return True


@dataclass(slots=True)
class Binding:
    """Where a binding dialogue stands: `consent`, `name`, `code`, and what to do once it succeeded."""

    step: str
    name: str = ""
    then: str = "balance"


@dataclass(slots=True)
class State:
    """The dialogue state of one thread."""

    version: int = STATE_VERSION
    rulebook: str = ""
    known: Facts = field(default_factory=dict)
    """What the person said of their own standing: scheme, audience."""
    subject: str = "self"
    form: Form | None = None
    binding: Binding | None = None
    offered: list[dict[str, str]] = field(default_factory=list)
    """The choices of the last reply, so that "2" and 第二个 mean what was shown."""
    last: dict[str, Any] = field(default_factory=dict)
    """How the last reply can be said again: `{"entries": […]}`, `{"form": true}`, `{"guide": name}`."""
    pending: str = ""
    """A question that waits for its scheme."""
    previous: list[str] = field(default_factory=list)
    benefit: dict[str, Any] = field(default_factory=dict)
    """A computation that waits for a fact: kind and facts."""
    unsure: int = 0
    elder: bool = False
    rating: bool = False
    greeted: bool = False

    def choices(self) -> tuple[Choice, ...]:
        """The choices offered last."""
        return tuple(Choice(item["label"], item["value"]) for item in self.offered)

    def to_json(self) -> dict[str, Any]:
        """A plain dict for the storage."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """The state of a stored dict; an empty one is a new conversation."""
        known = _known_fields(cls, data)
        form, binding = known.pop("form", None), known.pop("binding", None)
        return cls(
            **known,
            form=Form(**_known_fields(Form, form)) if form else None,
            binding=Binding(**_known_fields(Binding, binding)) if binding else None,
        )
