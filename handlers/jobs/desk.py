"""Handing over to people: asked for, after anger, for a report of fraud; the queue, leaving it, rating."""

from __future__ import annotations

from handlers import choices
from handlers.context import Context, Said, speak
from handlers.facts import held_facts
from handlers.messages import Choice, Reply
from handlers.phrases import matches
from handlers.ports import CaseRequest, Ticket
from handlers.wording import say

HUMAN: tuple[Choice, ...] = (choices.make("转人工", "do", "human"),)
LEAVE: tuple[Choice, ...] = (choices.make("不排队了", "do", "leave"),)
GROUPS = {"fraud": "oversight"}
"""Which group sees which reason; every other goes to `general`."""


def is_asked(context: Context) -> bool:
    """The member asks for a person, in any words or by the button."""
    if context.tapped is not None:
        return context.tapped == "do:human"
    return "human" in context.heard.moves or matches("human", context.message.text)


def open_case(context: Context, reason: str) -> Ticket:
    """Put the thread into the queue with everything known so far."""
    state = context.state
    summary = {
        "said": context.message.text[:200],
        "question": state.pending,
        "entries": state.previous,
        "facts": held_facts(context),
        "subject": state.subject,
        "scheme": context.scheme,
        "bound": context.ports.identity.is_bound(),
    }
    return context.ports.desk.open_case(CaseRequest(reason, GROUPS.get(reason, "general"), summary))


def place(context: Context, ticket: Ticket) -> list[Reply]:
    """Where the member stands: position, honest wait, opening hours."""
    key = "queued" if ticket.open_now else "queued_closed"
    return [Reply(say(key, ticket=ticket, office=context.rulebook.office), LEAVE)]


def hand_over(context: Context) -> Said:
    """Open a case, or say where it already stands; the facts collected go along."""
    ticket = open_case(context, "asked")
    return Said("handoff", place(context, ticket))


def is_leaving(context: Context) -> bool:
    """The member no longer wants to wait."""
    if context.tapped is not None:
        return context.tapped == "do:leave"
    return matches("leave_queue", context.message.text) and context.ports.desk.ticket() is not None


def leave(context: Context) -> Said:
    """Leave the queue; the bot goes on."""
    return speak("handoff", "left_queue" if context.ports.desk.leave() else "not_queued")


def is_fraud(context: Context) -> bool:
    """Somebody reports fraud."""
    return matches("fraud_report", context.message.text)


def report(context: Context) -> Said:
    """Straight to the oversight group; what helps; protection."""
    open_case(context, "fraud")
    return speak("report", "fraud", LEAVE, office=context.rulebook.office)


def is_anger(context: Context) -> bool:
    """Somebody is angry with the bot or the office."""
    return matches("anger", context.message.text)


def soothe(context: Context) -> Said:
    """An apology and a person."""
    ticket = open_case(context, "anger")
    return Said("handoff", [Reply(say("sorry_angry")), *place(context, ticket)])


def is_rating(context: Context) -> bool:
    """A tap on a rating, or the sentence after it."""
    return (context.tapped or "").startswith("rate:")


def rate(context: Context) -> Said:
    """Store the rating of the last closed case."""
    _, score = choices.split(context.tapped or "")
    valid = score.isdigit() and 1 <= int(score) <= 5  # noqa: PLR2004  (five stars)
    stored = valid and context.ports.desk.rate(int(score), "")
    return speak("smalltalk", "rated" if stored else "nothing_to_rate")
