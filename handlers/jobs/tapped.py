"""A choice that was tapped, numbered or named: does what its value says; an old button still works or says why not."""

from __future__ import annotations

from handlers import choices
from handlers.context import Context, Said, speak
from handlers.guides import guides
from handlers.jobs import balance, faq, guide, identity, moves, mydata, smalltalk, stay

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
    """Do what the value says; what no longer fits is answered with where to go on."""
    verb, argument = choices.split(context.tapped or "")
    act = VERBS.get(verb)
    said = act(context, argument) if act else None
    return said or speak("clarify", "old_button", smalltalk.TRY)


def _ask(context: Context, entry: str) -> Said | None:
    return faq.entries(context, [entry]) if context.rulebook.answer(entry) else None


def _scheme(context: Context, scheme: str) -> Said | None:
    return faq.use_scheme(context, scheme) if scheme in context.rulebook.schemes else None


def _guide(context: Context, name: str) -> Said | None:
    found = guides().get(name)
    return guide.checklist(context, found) if found else None


def _do(context: Context, name: str) -> Said | None:
    if name in DO:
        return DO[name](context)
    form = context.state.form
    fits = name in MOVES and (name not in moves.IN_A_FORM or (form is not None and (name == "back" or form.asking)))
    return moves.make(context, name) if fits else None


def _set(context: Context, argument: str) -> Said | None:
    """A slot's choice; also from an older question of the same form."""
    fact, _, value = argument.partition("=")
    form = context.state.form
    if form is None:
        return None
    form.take({fact: int(value) if fact == "admission_no" else _amount(fact, value)})
    return stay.price_again(context)


def _amount(fact: str, value: str) -> str:
    return f"{value}.00" if fact in ("self_paid", "class_b", "fund_used") and "." not in value else value


VERBS = {"ask": _ask, "scheme": _scheme, "guide": _guide, "set": _set, "do": _do, "my": mydata.follow}
