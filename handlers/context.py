"""What one job gets and what it gives back."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from handlers.messages import Choice, Citation, Effect, Facts, Message, Picture, Reply
from handlers.ports import MemberView, Ports
from handlers.state import State
from handlers.wording import say

if TYPE_CHECKING:
    from handlers.rulebook import Rulebook
    from handlers.understand import Understood
    from knowledge.search import Found


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

    _found: Found | None = None
    _looked: bool = False
    _member: MemberView | None = None

    @property
    def member(self) -> MemberView | None:
        """The bound member when fresh and spoken of; looked up once a turn, since every look is audited."""
        if not self._looked:
            self._looked, self._member = True, self.ports.identity.member()
        return self._member if self.state.subject == "self" else None

    @property
    def found(self) -> Found:
        """What the message finds as a policy question; searched at most once a turn."""
        if self._found is None:
            self._found = self.search(self.message.text)
        return self._found

    def search(self, text: str) -> Found:
        """Search with everything known of the person: scheme, audience, and what was talked of before."""
        previous = tuple(self.state.previous)
        return self.rulebook.search(text, scheme=self.scheme, audience=self.audience, previous=previous)

    @property
    def scheme(self) -> str | None:
        """The scheme of the person spoken of, as far as it is known: said, from the caller, or registered."""
        said: str | None = self.state.known.get("scheme") or self.profile.get("scheme")
        return said or (self.member.scheme if self.member else None)

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
    return Said(intent, [reply])
