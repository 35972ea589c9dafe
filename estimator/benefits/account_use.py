"""What the personal account may pay, the interest it earns, and what becomes of it on transfer, leaving or death."""

from typing import Any

from estimator.benefits import kind
from estimator.benefits.ask import Ask, line
from estimator.benefits.outcome import Fen, Outcome
from estimator.lines import cites, product
from estimator.money import share, show_yuan


@kind(
    "account-use",
    title="个人账户能不能付",
    facts=("purpose", "cost", "account_balance"),
    outputs={"allowed": "可以用个人账户", "account_pays": "个人账户付", "cash_pays": "现金付"},
    rule="account_use",
    main="account_pays",
)
def account_use(ask: Ask) -> Outcome:
    """The account pays listed uses as far as it reaches (nanchang 第六条, neimenggu 第十二条)."""
    rule, nothing = ask.rule("account_use"), dict.fromkeys(("allowed", "account_pays", "cash_pays"))
    purpose = ask.get("purpose")
    use = rule.cells.get(purpose) if purpose else None
    if use is None:
        known = "、".join(f"{name}({cell.label})" for name, cell in rule.cells.items())
        return Outcome(nothing, missing=("purpose",), reason=f"文件写到的用途:{known}", cite=cites(rule))
    cost, balance = ask.get("cost"), ask.get("account_balance")
    values: dict[str, Any] = {**nothing, "allowed": use.allowed}
    why = "" if use.allowed else f"{use.label}不能用个人账户"
    if cost is None or (balance is None and use.allowed):
        missing = ("account_balance",) if cost is not None else ()
        return Outcome(values, missing=missing, reason=why, covered=use.allowed, cite=cites(rule))
    pays = min(cost, balance) if use.allowed else 0
    lines = (
        line(
            "account_pays", f"个人账户付{use.label}" if pays else "个人账户不付", pays, "member", show_yuan(pays), rule
        ),
        line("cash_pays", "个人现金付", cost - pays, "member", f"{show_yuan(cost)} - {show_yuan(pays)}", rule),
    )
    values.update(account_pays=Fen(pays), cash_pays=Fen(cost - pays))
    return Outcome(values, lines, reason=why, covered=use.allowed)


@kind(
    "account-interest",
    title="个人账户一年的利息",
    facts=("account_balance", "deposit_rate"),
    outputs={"interest": "一年利息", "balance_after": "并入利息后的余额"},
    rule="account_interest",
)
def account_interest(ask: Ask) -> Outcome:
    """A year's interest on a balance that stood all year (beijing 第二十一条, nanchang 第十一条)."""
    rule = ask.rule("account_interest")
    missing = tuple(name for name in ("account_balance", "deposit_rate") if name not in ask)
    if missing:
        nothing = dict.fromkeys(("interest", "balance_after"))
        return Outcome(nothing, missing=missing, reason=f"按{rule.rate}计息", cite=cites(rule))
    balance, rate = ask.get("account_balance"), ask.get("deposit_rate")
    fen = share(balance, rate)
    working = line("interest", rule.rate, fen, "fund", product(balance, rate), rule)
    values = {"interest": Fen(fen), "balance_after": Fen(balance + fen)}
    return Outcome(values, (working,), notes=("按余额放满一年算",))


@kind(
    "account-event",
    title="调动、离开、去世时个人账户怎么办",
    facts=("event", "account_balance"),
    outputs={"account": "个人账户", "what": "怎么办", "amount": "涉及的余额"},
    rule="account_event",
    main="amount",
)
def account_event(ask: Ask) -> Outcome:
    """What becomes of the account, by event (beijing 第六条 to 第十九条, nanchang 第十四条 to 第十六条)."""
    rule, event = ask.rule("account_event"), ask.get("event")
    ending = rule.cells.get(event) if event else None
    if ending is None:
        reason = "文件写到的情形:" + "、".join(f"{name}({cell.text})" for name, cell in rule.cells.items())
        nothing = dict.fromkeys(("account", "what", "amount"))
        return Outcome(nothing, missing=("event",), reason=reason, cite=cites(rule))
    balance = ask.get("account_balance")
    values = {"account": ending.account, "what": ending.text, "amount": None if balance is None else Fen(balance)}
    return Outcome(values, cite=((rule.cite[0].doc, ending.article),))
