"""Greetings, thanks and what cannot be read: short, friendly, and back to the matter."""

from __future__ import annotations

import re

from handlers import choices
from handlers.context import Context, Said, speak
from handlers.messages import Choice
from handlers.phrases import matches
from handlers.picker import unreadable as why_unreadable

TRY: tuple[Choice, ...] = (
    choices.make("住院自己要付多少", "do", "estimate"),
    choices.make("查我的余额", "do", "balance"),
    choices.make("转人工", "do", "human"),
)
"""The three things to try."""
POLITE = frozenset({"thanks", "greeting", "yes", "no", "dont_know", "skip"})
LONGEST = 8
"""不知道, 没有 and the like are no longer; 老百姓不晓得这政策… is a question."""
_NUMBER = re.compile(r"\d{1,2}[.、]?|(选|第)[一二三四五六七八九\d]个?|[①-⑨]")


def is_start(context: Context) -> bool:
    """The chat was opened."""
    return context.message.event == "start"


def greet(context: Context) -> Said:
    """Who we are and three things to try."""
    context.state.greeted = True
    return speak("smalltalk", "greeting", TRY, office=context.rulebook.office)


def is_unreadable(context: Context) -> bool:
    """Empty, emoji only, another script."""
    return context.message.choice is None and why_unreadable(context.message.text) is not None


def unreadable(context: Context) -> Said:
    """What to do instead; nothing is lost."""
    return speak("clarify", f"unreadable_{why_unreadable(context.message.text)}", TRY)


def is_chat(context: Context) -> bool:
    """Small talk, thanks, a question about the bot itself."""
    moves = context.heard.moves
    text = context.message.text
    if matches("identity_question", text) or matches("chat", text):
        return True
    only = not context.heard.question and not context.heard.facts
    short = len(text) <= LONGEST or bool(moves & {"thanks", "greeting"})
    return only and ((short and bool(moves & POLITE)) or _NUMBER.fullmatch(text) is not None)


def chat(context: Context) -> Said:
    """One line, and what the bot can do."""
    text, moves = context.message.text, context.heard.moves
    if matches("identity_question", text):
        return speak("smalltalk", "who", TRY, office=context.rulebook.office)
    if "thanks" in moves:
        return speak("smalltalk", "thanks")
    if "greeting" in moves:
        return greet(context)
    if moves & POLITE:
        return speak("smalltalk", "noted")
    if _NUMBER.fullmatch(text):
        return speak("clarify", "no_such_choice", TRY)
    return speak("smalltalk", "chat", TRY)
