"""Choice values: what a tapped button or a number says. `verb:argument`, never longer than 64 bytes.

| value | does |
| --- | --- |
| `ask:ENTRY` | answers that entry |
| `scheme:ID` | says which scheme the person is in |
| `set:FACT=VALUE` | answers a slot |
| `do:NAME` | starts a job: estimate, balance, human, cancel, restart, steps, repeat, leave, elder, bind, unbind … |
| `guide:NAME` | opens a checklist |
| `rate:N` | rates the last case |
| `my:ACT` | one's own data: show, export, erase, compare, events, family, grant=…, look=…, end=… |
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.messages import Choice, Message
from handlers.state import State

if TYPE_CHECKING:
    from handlers.understand import Understood

MOST_BYTES = 64
"""Telegram's limit for callback data (core.telegram.org/bots/api#inlinekeyboardbutton)."""

VERBS = ("ask", "scheme", "set", "do", "guide", "rate", "my")


def make(label: str, verb: str, argument: str) -> Choice:
    """A choice with its value.

    Raises:
        ValueError: the verb is unknown or the value too long for a button.
    """
    value = f"{verb}:{argument}"
    if verb not in VERBS or len(value.encode()) > MOST_BYTES:
        msg = f"not a choice value: {value}"
        raise ValueError(msg)
    return Choice(label, value)


def split(value: str) -> tuple[str, str]:
    """(verb, argument); an unknown verb gives `("", value)`.

    >>> split("set:status=retired")
    ('set', 'status=retired')
    """
    verb, _, argument = value.partition(":")
    return (verb, argument) if verb in VERBS else ("", value)


def meant(message: Message, heard: Understood, state: State) -> str | None:
    """The value of the choice a message means: tapped, by number, or by its label."""
    if message.choice is not None:
        return message.choice
    if heard.choice is not None:
        return heard.choice
    text = message.text.strip()
    return next((choice.value for choice in state.choices() if choice.label == text), None)
