"""我的数据: what is kept and who looked, export, deletion; whom the member lets look, at whose account to look."""

from __future__ import annotations

from collections.abc import Callable

from handlers import choices
from handlers.context import Context, Said, speak
from handlers.jobs import balance, desk, identity
from handlers.messages import Choice
from handlers.phrases import matches

MINE: tuple[Choice, ...] = (
    choices.make("导出一份", "my", "export"),
    choices.make("删除能删的", "my", "erase"),
    choices.make("授权家人查看", "my", "family"),
    choices.make("解除绑定", "do", "unbind"),
)
SURE: tuple[Choice, ...] = (choices.make("确定删除", "my", "erased"), choices.make("不删了", "my", "show"))
GRANTS: tuple[Choice, ...] = (
    choices.make("只看个人账户,90天", "my", "grant=account,90"),
    choices.make("账户和住院,90天", "my", "grant=account+stays,90"),
    choices.make("账户和住院,一年", "my", "grant=account+stays,365"),
)
HELD: tuple[Choice, ...] = (choices.make("查家人的账户", "my", "others"),)
LOOKS = 8
MOST_TEXT = 3500
"""Characters of an export in one reply; a longer one ends with where to have the whole."""


def is_asked(context: Context) -> bool:
    """The member asks what is kept of them."""
    return matches("mydata", context.message.text)


def is_family(context: Context) -> bool:
    """The member wants to let another look, or to end that."""
    return matches("mandate", context.message.text)


def is_others(context: Context) -> bool:
    """The member asks for the account of a relative."""
    return matches("balance_of_others", context.message.text) and "total" not in context.heard.facts


def _gated(act: str, answer: Callable[[Context], Said]) -> Callable[[Context], Said]:
    """The answer where the binding is fresh, else the way to bind and then the answer."""

    def gated(context: Context) -> Said:
        if context.ports.identity.member() is None:
            return identity.gate(context, then=act)
        return answer(context)

    return gated


def _show(context: Context) -> Said:
    data = context.ports.records.kept()
    if data is None:
        return speak("identity", "not_bound")
    return speak("identity", "my_data", MINE, personal=True, data=data, looks=data.looks[:LOOKS])


def _export(context: Context) -> Said:
    text = context.ports.records.export()
    if text is None:
        return speak("identity", "not_bound")
    lines = text[:MOST_TEXT].rsplit("\n", 1)[0] if len(text) > MOST_TEXT else text
    return speak("identity", "exported", MINE[1:3], personal=True, text=lines, cut=lines != text)


def _erase(_: Context) -> Said:
    return speak("identity", "erase_sure", SURE)


def _erased(context: Context) -> Said:
    gone = context.ports.records.forget()
    context.state.binding = None
    return speak("identity", "erasing" if gone else "not_bound")


def _family(context: Context) -> Said:
    given, held = context.ports.records.given(), context.ports.records.held()
    ends = tuple(
        choices.make(f"收回给{one.name}的授权" if one in given else f"不再看{one.name}的账户", "my", f"end={one.id}")
        for one in (*given, *held)
    )
    return speak("identity", "family", (*GRANTS, *ends), personal=True, given=given, held=held)


def _others(context: Context) -> Said:
    held = context.ports.records.held()
    if not held:
        return speak("identity", "no_mandate", desk.HUMAN)
    if len(held) == 1:
        return balance.show(context, held[0].id)
    looks = tuple(choices.make(f"看{one.name}的账户", "my", f"look={one.id}") for one in held)
    return speak("identity", "which_account", looks, personal=True)


show = _gated("mydata", _show)
family = _gated("family", _family)
others = _gated("others", _others)
ACTS: dict[str, Callable[[Context], Said]] = {
    "mydata": show,
    "show": show,
    "export": _gated("export", _export),
    "erase": _gated("erase", _erase),
    "erased": _gated("erase", _erased),
    "family": family,
    "others": others,
}
"""Acts by the name in a button's value, and after a binding that came between."""


def follow(context: Context, argument: str) -> Said | None:
    """Do what a button of one's own data says."""
    name, _, value = argument.partition("=")
    if name == "compare":
        return balance.compare(context)
    if name == "events":
        return balance.events(context)
    if name in ACTS:
        return ACTS[name](context)
    act = {"grant": _grant, "look": _look, "end": _end}.get(name)
    if act is None:
        return None
    if context.ports.identity.member() is None:
        return identity.gate(context, then="family")
    return act(context, value)


def _grant(context: Context, value: str) -> Said:
    """Offer a mandate; the tap is the consent."""
    scope, _, days = value.partition(",")
    code = context.ports.records.grant(scope, int(days)) if days.isdigit() else None
    if code is None:
        return speak("clarify", "old_button", MINE)
    return speak("identity", "granted", personal=True, code=code, days=days)


def _look(context: Context, value: str) -> Said:
    return balance.show(context, value)


def _end(context: Context, value: str) -> Said:
    return speak("identity", "mandate_ended" if context.ports.records.revoke(value) else "mandate_over")
