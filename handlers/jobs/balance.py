"""The personal account: balance with its date, last movements, the year's totals, two months compared."""

from __future__ import annotations

import re
from datetime import date, timedelta

from handlers import choices, figures
from handlers.context import Context, Said, speak
from handlers.jobs import desk, identity, monthly
from handlers.messages import Choice, Citation
from handlers.phrases import matches
from handlers.ports import AccountView

NEXT: tuple[Choice, ...] = (
    choices.make("住院自己要付多少", "do", "estimate"),
    choices.make("和上个月比一比", "my", "compare"),
    choices.make("我的数据", "my", "show"),
)
EVENTS: tuple[Choice, ...] = (choices.make("换单位、退休、去世怎么办", "my", "events"),)
_LAST_MONTH = re.compile("(?<![和跟同比])上个?月")
TOPICS = (
    "arrears",
    "account-transfer",
    "account-transfer-out",
    "account-break",
    "retirement-change",
    "account-credit-retired",
    "account-inheritance",
    "account-carry-over",
    "account-interest",
)
"""What becomes of an account, in the order it is offered: frozen, moving, leaving, retiring, death, interest."""


def is_asked(context: Context) -> bool:
    """The member wants to see the account."""
    return matches("balance", context.message.text) and "total" not in context.heard.facts


def show(context: Context, mandate: str = "", *, wait: bool = True) -> Said:
    """The account of the bound member, or of one who lets them look; else the way to bind.

    Nothing is said of anyone before. A core system of the office is asked first; `wait` is False once it was.
    """
    member = context.ports.identity.member()
    if member is None:
        return identity.gate(context, then="balance")
    if wait and context.ports.accounts.look_up(context.message.today, mandate):
        return speak("balance", "balance_asked")
    overview = context.ports.accounts.overview(context.message.today, mandate)
    if overview is None:
        return _none(context, member.scheme, mandate)
    scheme = overview.scheme or member.scheme
    interest, cited = _interest(context, overview, scheme)
    said = speak(
        "balance",
        "balance",
        (*NEXT[:2], *EVENTS) if not mandate else (),
        picture=figures.account_picture(overview),
        personal=True,
        name=overview.whose or member.masked_name,
        account=overview,
        scheme=context.rulebook.scheme_title(scheme),
        interest=interest,
        basis=context.rulebook.basis(cited) if cited else "",
    )
    said.citations = cited
    return said


def _none(context: Context, scheme: str, mandate: str) -> Said:
    """No account: none by the scheme's rules, none entered, or no (more) right to look."""
    if mandate:
        return speak("balance", "mandate_over", desk.HUMAN)
    knows = context.rulebook.benefit("account-credit", {"scheme": scheme})
    without = bool(scheme) and knows.get("missing") == ["account_credit"]
    title = context.rulebook.scheme_title(scheme)
    return speak("balance", "no_account_by_rule" if without else "no_account", desk.HUMAN, personal=True, scheme=title)


def _interest(context: Context, account: AccountView, scheme: str) -> tuple[str | None, list[Citation]]:
    """A year's interest in yuan, where the rule knows interest and the office has entered the rate."""
    rate = context.rulebook.parameters.at(scheme, "deposit_rate", context.message.today)
    if rate is None or account.balance <= 0:
        return None, []
    balance = f"{account.balance // 100}.{account.balance % 100:02d}"
    facts = {"scheme": scheme, "account_balance": balance, "deposit_rate": rate.value}
    result = context.rulebook.benefit("account-interest", facts)
    return (result["interest"], figures.citations(result)) if result["status"] == "ok" else (None, [])


def is_compared(context: Context) -> bool:
    """The member asks why a month brought less, or for two months side by side."""
    return matches("compare", context.message.text) and "total" not in context.heard.facts


def compare(context: Context) -> Said:
    """Two months side by side and the rule that made the difference."""
    member = context.ports.identity.member()
    if member is None:
        return identity.gate(context, then="compare")
    months = context.ports.accounts.months(_day(context))
    if months is None:
        return _none(context, member.scheme, "")
    before, now = months
    why, cited = monthly.reasons(context, before, now)
    said = speak(
        "balance",
        "compare",
        (choices.make("查余额", "do", "balance"), *desk.HUMAN),
        personal=True,
        before=before,
        now=now,
        why=why,
        basis=context.rulebook.basis(cited) if cited else "",
    )
    said.citations = cited
    return said


def _day(context: Context) -> date:
    """A day of the later month: last month's end where the member speaks of last month."""
    today = context.message.today
    return today.replace(day=1) - timedelta(days=1) if _LAST_MONTH.search(context.message.text) else today


def events(context: Context) -> Said:
    """What becomes of the account on moving, leaving, retiring or death: the entries of the member's scheme."""
    found: list[Choice] = []
    for topic in TOPICS:
        entries = [one for one in context.rulebook.library.entries.values() if one.topic == topic]
        own = next((one for one in entries if one.scheme == context.scheme), None)
        if own is not None and context.rulebook.answer(own.id) is not None:
            found.append(choices.make(own.title, "ask", own.id))
    if context.scheme is None or not found:
        return speak("balance", "events_unknown", desk.HUMAN)
    return speak("balance", "events", tuple(found))


def is_effect(context: Context) -> bool:
    """Slow work came back."""
    return context.message.event == "effect"


def effect(context: Context) -> Said:
    """Failures are said, and figures of the core system are shown; a code that was sent needs no words."""
    result = context.message.result or {}
    kind, failed = result.get("kind"), result.get("status") == "failed" or "error" in result
    if kind == "send_code" and failed:
        return speak("identity", "code_not_sent", desk.HUMAN)
    if kind == "forget_me":
        return speak("identity", "forgotten")
    if kind != "fetch_balance" or context.ports.identity.member() is None:
        return Said("silent", [])
    said = show(context, str(result.get("mandate", "")), wait=False)
    if failed:
        said.replies = [*speak("balance", "core_silent").replies, *said.replies]
    return said
