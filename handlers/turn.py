"""One turn: a message and a state go in; replies, the new state and effects come out. Nothing else happens here."""

from __future__ import annotations

import re
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from handlers import choices, elder, picker
from handlers.context import Context, Said
from handlers.facts import held_facts
from handlers.messages import Citation, Effect, Facts, Message, Reply
from handlers.ports import Ports
from handlers.routes import route
from handlers.rulebook import Rulebook
from handlers.state import State
from handlers.understand import understand
from handlers.wording import say

MOST_CHARACTERS = 2000
"""A longer message is read up to here, and the member is told."""


_SAYS_OWN = re.compile(r"我(们)?(是|在|家|妈|爸|的|这)|俺|参加|参保|交的|入的")
"""A scheme named with these words is the person's own, not just the one asked about."""


@dataclass(frozen=True, slots=True)
class Turn:
    """What one turn gives back; the names are those of the interface."""

    replies: tuple[Reply, ...]
    state: dict[str, Any]
    intent: str
    rulebook: str
    entries: tuple[str, ...] = ()
    scheme: str | None = None
    subject: str = "self"
    citations: tuple[Citation, ...] = ()
    facts: Facts = field(default_factory=dict)
    asking: tuple[str, ...] = ()
    estimate: dict[str, Any] | None = None
    effects: tuple[Effect, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """One line of `yibao chat --jsonl`, less the conversation's name."""
        return {
            "replies": [reply.to_json() for reply in self.replies],
            "intent": self.intent,
            "entries": list(self.entries),
            "scheme": self.scheme,
            "subject": self.subject,
            "rulebook": self.rulebook,
            "citations": [citation.to_json() for citation in self.citations],
            "facts": self.facts,
            "asking": list(self.asking),
            "estimate": self.estimate,
        }


def reply_to(message: Message, state: dict[str, Any], rulebook: Rulebook, ports: Ports) -> Turn:
    """Answer one message.

    Args:
        message: the cleaned message (personal numbers are tokens).
        state: the stored state of the thread; it is not changed.
        rulebook: the snapshot of everything published.
        ports: identity, accounts and desk, bound to the thread and its transaction.

    Returns:
        The replies in order, the new state as a plain dict, and what the interface reports.
    """
    context = read(message, State.from_json(deepcopy(state)), rulebook, ports)
    said = route(context)
    replies = [*_notices(context, state), *said.replies]
    _remember(context, said)
    if context.state.elder:
        replies = elder.shortened(replies)
    return Turn(
        replies=tuple(replies),
        state=context.state.to_json(),
        intent=said.intent,
        rulebook=rulebook.version,
        entries=tuple(said.entries),
        scheme=context.scheme,
        subject=context.state.subject,
        citations=tuple(dict.fromkeys(said.citations)),
        facts=held_facts(context),
        asking=tuple(said.asking),
        estimate=said.estimate,
        effects=tuple(said.effects),
    )


def read(message: Message, state: State, rulebook: Rulebook, ports: Ports) -> Context:
    """What was understood of a message, ready for the routing table."""
    text = picker.readable(message.text)[:MOST_CHARACTERS]
    form = state.form
    heard = understand(
        text,
        today=message.today,
        asking=(form.asking,) if form and form.asking else (),
        choices=state.choices(),
        known=form.facts if form else {},
    )
    cleaned = Message(text, message.now, message.choice, message.event, message.result, message.profile)
    return Context(cleaned, heard, state, rulebook, ports, tapped=choices.meant(cleaned, heard, state))


def _notices(context: Context, before: dict[str, Any]) -> list[Reply]:
    """What must be said besides the answer: a message cut, a rulebook that changed under a priced stay."""
    notices = []
    if len(context.message.text) >= MOST_CHARACTERS:
        notices.append(Reply(say("cut", most=MOST_CHARACTERS)))
    form, earlier = before.get("form"), before.get("rulebook")
    if form and form.get("priced") and context.state.form and earlier not in ("", context.rulebook.version):
        notices.append(Reply(say("recomputed")))
    return notices


def _remember(context: Context, said: Said) -> None:
    state = context.state
    state.rulebook = context.rulebook.version
    if "scheme" in context.heard.facts and _SAYS_OWN.search(context.message.text):
        state.known["scheme"] = context.heard.facts["scheme"]
    state.offered = [choice.to_json() for choice in said.replies[-1].choices] if said.replies else []
    if said.last is not None:
        state.last = said.last
    if said.entries:
        state.previous = list(said.entries)
    if said.intent not in ("clarify", "fallback"):
        state.unsure = 0
