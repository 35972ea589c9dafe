"""What one job gets and what it gives back."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from handlers.messages import Choice, Citation, Effect, Facts, Message, Picture, Reply
from handlers.ports import Ports
from handlers.state import State
from handlers.wording import say

if TYPE_CHECKING:
    from handlers.rulebook import Rulebook
    from handlers.understand import Understood


@dataclass(slots=True)
class Context:
    """A turn in the making: the message, what was understood of it, the state (a copy to change), rulebook, ports."""

    message: Message
    heard: Understood
    state: State
    rulebook: Rulebook
    ports: Ports
    tapped: str | None = None
    """The value of the choice meant, whether tapped, numbered or named."""

    @property
    def profile(self) -> Facts:
        """What the caller of the JSON interface knows beforehand."""
        return self.message.profile

    @property
    def scheme(self) -> str | None:
        """The scheme of the person spoken of, as far as it is known."""
        form = self.state.form
        said = (form.facts.get("scheme") if form else None) or self.state.known.get("scheme")
        return said or self.profile.get("scheme")

    @property
    def audience(self) -> str | None:
        """As whom the person asks."""
        return self.state.known.get("audience") or self.profile.get("audience")


@dataclass(slots=True)
class Said:
    """What a job answers: replies, and what the interface reports of them."""

    intent: str
    replies: list[Reply]
    entries: list[str] = field(default_factory=list)
    citations: list[Citation] = field(default_factory=list)
    asking: list[str] = field(default_factory=list)
    estimate: dict[str, Any] | None = None
    effects: list[Effect] = field(default_factory=list)
    last: dict[str, Any] | None = None


def speak(
    intent: str,
    key: str,
    choices: tuple[Choice, ...] = (),
    *,
    picture: Picture | None = None,
    personal: bool = False,
    **values: Any,
) -> Said:
    """One reply in the words of `wording.yaml` under `key`."""
    reply = Reply(say(key, **values), choices, picture, personal)
    return Said(intent, [reply], last=None if personal else {"say": key})
