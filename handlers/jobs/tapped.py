"""A choice that was tapped, numbered or named: does what its value says; an old button still works or says why not."""

from __future__ import annotations

from handlers import choices
from handlers.context import Context, Said, speak
from handlers.jobs import balance, faq, identity, moves, smalltalk, stay

DO = {
    "estimate": stay.start,
    "steps": stay.steps,
    "balance": balance.show,
    "bind": identity.bind,
    "unbind": identity.unbind,
    "menu": smalltalk.greet,
}
MOVES = ("cancel", "restart", "repeat", "back", "why", "skip", "dont_know", "simpler")


def is_tapped(context: Context) -> bool:
    """The message means a choice."""
    return context.tapped is not None and not context.tapped.startswith("rate:")


def follow(context: Context) -> Said:
    """Do what the value says."""
    verb, argument = choices.split(context.tapped or "")
    if verb == "ask":
        return faq.entries(context, [argument])
    if verb == "scheme" and argument in context.rulebook.schemes:
        return faq.use_scheme(context, argument)
    if verb == "set":
        return _set(context, argument)
    if verb == "do" and argument in DO:
        return DO[argument](context)
    if verb == "do" and argument in MOVES:
        return _move(context, argument)
    return speak("clarify", "old_button", smalltalk.TRY)


def _move(context: Context, name: str) -> Said:
    if context.state.form is None and name in moves.IN_A_FORM:
        return speak("clarify", "old_button", smalltalk.TRY)
    return moves.make(context, name)


def _set(context: Context, argument: str) -> Said:
    """A slot's choice; also from an older question of the same form."""
    fact, _, value = argument.partition("=")
    form = context.state.form
    if form is None:
        return speak("clarify", "old_button", smalltalk.TRY)
    form.take({fact: int(value) if fact == "admission_no" else _amount(fact, value)})
    return stay.price_again(context)


def _amount(fact: str, value: str) -> str:
    return f"{value}.00" if fact in ("self_paid", "class_b", "fund_used") else value
