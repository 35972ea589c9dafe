"""The personal account: balance with its date, last movements, the year's totals; only for its bound member."""

from __future__ import annotations

from handlers import choices, figures
from handlers.context import Context, Said, speak
from handlers.jobs import desk, identity
from handlers.messages import Choice
from handlers.phrases import matches

NEXT: tuple[Choice, ...] = (
    choices.make("住院自己要付多少", "do", "estimate"),
    choices.make("解除绑定", "do", "unbind"),
)


def is_asked(context: Context) -> bool:
    """The member wants to see the account."""
    return matches("balance", context.message.text) and "total" not in context.heard.facts


def show(context: Context) -> Said:
    """The account of the bound member; else the way to bind. Nothing is said of anyone before."""
    member = context.ports.identity.member()
    if member is None:
        return identity.gate(context, then="balance")
    overview = context.ports.accounts.overview(context.message.today)
    if overview is None:
        return speak("balance", "no_account", desk.HUMAN, personal=True)
    return speak(
        "balance",
        "balance",
        NEXT,
        picture=figures.account_picture(overview),
        personal=True,
        name=member.masked_name,
        account=overview,
        scheme=context.rulebook.scheme_title(member.scheme),
    )


def is_effect(context: Context) -> bool:
    """Slow work came back."""
    return context.message.event == "effect"


def effect(context: Context) -> Said:
    """Only failures are said: a code that could not be sent."""
    result = context.message.result or {}
    if result.get("kind") == "send_code" and result.get("status") == "failed":
        return speak("identity", "code_not_sent", desk.HUMAN)
    return Said("silent", [])
