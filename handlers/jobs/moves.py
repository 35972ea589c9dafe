"""Moves that bend a dialogue without breaking it: cancel, start again, back, repeat, why, skip, simpler words."""

from __future__ import annotations

from handlers.context import Context, Said, speak
from handlers.guides import guides
from handlers.jobs import faq, guide, smalltalk, stay
from handlers.messages import Reply
from handlers.slots import slots
from handlers.state import Form

ANYWHERE = ("cancel", "restart", "repeat", "simpler", "larger")
LONGEST = 10
"""A longer question that also holds the words of a move (看不清, 听不懂什么叫…) is a question."""
IN_A_FORM = ("back", "why", "skip", "dont_know")


def _move(context: Context) -> str | None:
    moves, form = context.heard.moves, context.state.form
    if context.heard.facts and "dont_know" not in moves:
        return None
    asked = context.heard.question and len(context.message.text) > LONGEST
    found = next((name for name in ANYWHERE if name in moves and not asked), None)
    if found or form is None:
        return found
    free = {"back", "why"} if form.priced else {"back"}
    return next((name for name in IN_A_FORM if name in moves and (name in free or form.asking)), None)


def is_move(context: Context) -> bool:
    """The message is a move and nothing else."""
    return _move(context) is not None


def make(context: Context, name: str | None = None) -> Said:
    """Make the move named, or the one heard."""
    move = name or _move(context)
    assert move is not None
    return {
        "cancel": cancel,
        "restart": restart,
        "repeat": repeat,
        "simpler": simpler,
        "larger": simpler,
        "back": back,
        "why": why,
        "skip": skip,
        "dont_know": skip,
    }[move](context)


def cancel(context: Context) -> Said:
    """Drop the form or the binding."""
    running = context.state.form is not None or context.state.binding is not None
    context.state.form, context.state.binding = None, None
    return speak("cancel", "cancelled" if running else "nothing_to_cancel", smalltalk.TRY)


def restart(context: Context) -> Said:
    """Begin the form again."""
    context.state.form, context.state.subject = Form(), "self"
    return stay.start(context)


def repeat(context: Context) -> Said:
    """Say the last reply again: an entry anew, a figure worked out anew."""
    last = context.state.last
    if last.get("entries"):
        return faq.entries(context, list(last["entries"]))
    if last.get("guide"):
        return guide.checklist(context, guides()[last["guide"]])
    if last.get("form") and context.state.form is not None:
        return stay.price_again(context)
    return smalltalk.greet(context)


def simpler(context: Context) -> Said:
    """长辈模式: short sentences from now on."""
    context.state.elder = True
    said = repeat(context) if context.state.last.get("entries") or context.state.form else None
    if said is None:
        return speak("smalltalk", "elder_on", smalltalk.TRY)
    said.replies = [*speak("smalltalk", "elder_on").replies, *said.replies]
    return said


def back(context: Context) -> Said:
    """Take the last answer back and ask again."""
    form = context.state.form
    assert form is not None
    if not form.undo():
        return speak("clarify", "nothing_to_undo")
    return stay.price_again(context)


def why(context: Context) -> Said:
    """Why this is asked, then the question again; after a figure, why it is so much."""
    form = context.state.form
    assert form is not None
    if form.asking is None:
        return stay.steps(context)
    again = stay.question(context, form.asking)
    reason = slots()[form.asking].why
    return Said("estimate", [Reply(f"{reason}\n{again.text}", again.choices)], asking=[form.asking])


def skip(context: Context) -> Said:
    """不知道 is an answer: that fact is asked no more."""
    form = context.state.form
    assert form is not None
    if form.asking and form.asking not in form.declined:
        form.declined.append(form.asking)
    return stay.price_again(context)
