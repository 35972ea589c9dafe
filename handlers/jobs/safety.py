"""What must never wait: a cry for help, a medical emergency; and what the bot declines."""

from __future__ import annotations

from handlers.context import Context, Said, speak
from handlers.jobs import desk
from handlers.phrases import matches


def is_crisis(context: Context) -> bool:
    """Somebody who may hurt themselves."""
    return matches("crisis", context.message.text)


def crisis(context: Context) -> Said:
    """The crisis line first, then a person, day or night."""
    said = speak("emergency", "crisis", office=context.rulebook.office)
    ticket = desk.open_case(context, "crisis")
    said.replies += desk.place(context, ticket)
    return said


def is_emergency(context: Context) -> bool:
    """A medical emergency that happens now; a bill of an old one is not."""
    return matches("emergency", context.message.text) and "total" not in context.heard.facts


def emergency(context: Context) -> Said:
    """The emergency number first."""
    return speak("emergency", "emergency", desk.HUMAN, office=context.rulebook.office)


def is_trick(context: Context) -> bool:
    """Attempts to make the bot promise, reveal or play a role."""
    return matches("tricks", context.message.text)


def decline(context: Context) -> Said:
    """A short no, and what the bot is for."""
    return speak("fallback", "declined", desk.HUMAN, office=context.rulebook.office)


def is_medical(context: Context) -> bool:
    """Asks for medical advice."""
    return matches("medical", context.message.text) and context.found.outcome != "answer"


def medical(context: Context) -> Said:
    """No medical advice; the way to a doctor."""
    return speak("fallback", "medical", desk.HUMAN, office=context.rulebook.office)
