"""Binding: consent, name and identity number, a one-time code. The words never tell whether a person exists."""

from __future__ import annotations

import re

from handlers import choices
from handlers.context import Context, Said, speak
from handlers.jobs import balance, desk, mydata
from handlers.messages import Choice
from handlers.phrases import matches
from handlers.state import Binding

CANCEL: tuple[Choice, ...] = (choices.make("取消", "do", "cancel"),)
AGREE: tuple[Choice, ...] = (choices.make("同意并继续", "do", "bind"), *CANCEL)

_NAMED = re.compile(r"⟦姓名\d+⟧")
_TICKET = re.compile(r"⟦绑定码\d+⟧")
_NUMBER = re.compile(r"⟦身份证\d+⟧")
_CODE = re.compile(r"⟦验证码\d+⟧|(?<!\d)\d{6}(?!\d)")
_NAME = re.compile(r"[\u3400-\u9fff·]{2,15}")
_NOT_NAME = re.compile(r"我叫|我是|姓名|名字|本人|身份证(号码?|号)?|叫|是|号码|我的|[::,,。\s]")


def gate(context: Context, then: str) -> Said:
    """Before anything personal: a fresh code for a bound thread, consent and binding for another.

    Where the channel may not show personal data, no code would help: the member is told where it can be seen.
    """
    if context.ports.shows != "full":
        context.state.binding = None
        return speak("identity", f"personal_{context.ports.shows}", desk.HUMAN, page=context.ports.page)
    if context.ports.identity.is_bound():
        outcome = context.ports.identity.refresh()
        sent = outcome in ("sent", "merged")
        context.state.binding = Binding("code", then=then) if sent else None
        return speak("identity", f"refresh_{outcome}", CANCEL if sent else desk.HUMAN)
    context.state.binding = Binding("consent", then=then)
    return speak("identity", "consent", AGREE)


def is_bind(context: Context) -> bool:
    """The member wants to bind."""
    return matches("bind", context.message.text)


def bind(context: Context) -> Said:
    """Begin or go on after consent."""
    if context.ports.identity.member() is not None:
        return speak("identity", "already_bound", (choices.make("解除绑定", "do", "unbind"),))
    running = context.state.binding
    if running is None or running.step != "consent":
        return gate(context, then="bound")
    running.step = "name"
    return speak("identity", "ask_name", CANCEL)


def is_unbind(context: Context) -> bool:
    """The member wants to unbind."""
    return matches("unbind", context.message.text)


def unbind(context: Context) -> Said:
    """Forget the binding, at any time."""
    context.state.binding = None
    return speak("identity", "unbound" if context.ports.identity.unbind() else "not_bound")


def is_running(context: Context) -> bool:
    """The message belongs to a binding dialogue: not a button, not a move, and not a question to the policy."""
    running, text = context.state.binding, context.message.text
    if running is None or context.tapped is not None or "cancel" in context.heard.moves:
        return False
    expected = {"consent": _agrees, "name": _gives_name, "code": _gives_code}[running.step]
    return expected(context, text) or not context.heard.question


def _agrees(context: Context, text: str) -> bool:
    if "不" in text or "no" in context.heard.moves:
        return False
    return "yes" in context.heard.moves or "同意" in text or bool(_NUMBER.search(text))


def _gives_name(_: Context, text: str) -> bool:
    return bool(_NUMBER.search(text) or _NAMED.search(text) or _NAME.fullmatch(text))


def _gives_code(_: Context, text: str) -> bool:
    return bool(_CODE.search(text))


def go_on(context: Context) -> Said:
    """The next step of a binding dialogue."""
    running, text = context.state.binding, context.message.text
    assert running is not None
    if running.step == "consent" and not _NUMBER.search(text):
        return bind(context) if _agrees(context, text) else _declined(context)
    return _code(context, running, text) if running.step == "code" else _name(context, running, text)


def _declined(context: Context) -> Said:
    if "no" in context.heard.moves or "不同意" in context.message.text:
        context.state.binding = None
        return speak("identity", "consent_declined")
    return speak("identity", "consent_again", AGREE)


def _name(context: Context, running: Binding, text: str) -> Said:
    """Name and number, in one message or two."""
    number, named = _NUMBER.search(text), _NAMED.search(text)
    rest = _NOT_NAME.sub(" ", _NUMBER.sub(" ", text))
    name = named.group() if named else next(iter(_NAME.findall(rest)), running.name)
    running.step, running.name = "name", name
    if not number or not name:
        return speak("identity", "ask_number" if name else "ask_name_again", CANCEL)
    outcome = context.ports.identity.begin(name, number.group())
    running.name = ""
    if outcome == "sent":
        running.step = "code"
    elif outcome != "bad_number":
        context.state.binding = None
    return speak("identity", f"begin_{outcome}", CANCEL if outcome in ("sent", "bad_number") else desk.HUMAN)


def _code(context: Context, running: Binding, text: str) -> Said:
    code = _CODE.search(text)
    if code is None:
        return speak("identity", "ask_code", CANCEL)
    outcome = context.ports.identity.verify(code.group())
    if outcome != "ok":
        again = outcome in ("wrong", "old", "foreign")
        if not again:
            context.state.binding = None
        return speak("identity", f"code_{outcome}", CANCEL if again else desk.HUMAN)
    context.state.binding = None
    return after(context, running.then)


def after(context: Context, then: str) -> Said:
    """What the member wanted before the check came between."""
    wanted = {"balance": balance.show, "compare": balance.compare, **mydata.ACTS}.get(then)
    return wanted(context) if wanted else speak("identity", "bound", balance.NEXT)


def is_redeemed(context: Context) -> bool:
    """The message holds a one-time code of the counter or of another member."""
    return context.tapped is None and bool(_TICKET.search(context.message.text))


def redeem(context: Context) -> Said:
    """Use the code: bound without a text message, or let in to another's account."""
    found = _TICKET.search(context.message.text)
    assert found is not None
    outcome = context.ports.identity.redeem(found.group())
    if outcome in ("bound", "mandate"):
        context.state.binding = None
    after_it = {"bound": balance.NEXT, "mandate": mydata.HELD}.get(outcome, desk.HUMAN)
    return speak("identity", f"redeem_{outcome}", after_it)
