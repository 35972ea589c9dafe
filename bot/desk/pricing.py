"""A stay priced by an agent: the facts collected, changed by hand, worked out by the rulebook, and put into words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.desk.brief import FACTS
from bot.desk.errors import BadAct
from handlers import figures
from handlers.context import Context
from handlers.messages import Message
from handlers.quiet import quiet_ports
from handlers.rulebook import Rulebook
from handlers.state import Form, State
from handlers.understand import understand

MOST_FACTS = 40
SENDABLE = ("ok", "range", "not_covered")


def priced(rulebook: Rulebook, given: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """The estimate of some facts, and the words and citations a member would read.

    Args:
        rulebook: what is published now.
        given: facts by the names of the interface; empty ones are left out.
        now: for the day where the stay has none.

    Returns:
        `estimate` (the JSON of the interface), `text`, `citations`, `sendable`, `problems` (what to put right or fill
        in, for the agent), `facts` (as priced).

    Raises:
        BadAct: too many facts, or names and values of another shape.
    """
    facts = tidy(given)
    message = Message("", now)
    request = dict(facts)
    if "admitted" not in facts and "discharged" not in facts:
        request["as_of"] = message.today.isoformat()
    estimate = rulebook.estimate(request)
    state = State(known={"scheme": facts["scheme"]} if "scheme" in facts else {}, form=Form(facts=facts))
    context = Context(message, understand("", today=message.today), state, rulebook, quiet_ports())
    reply = figures.show(context, estimate, "您", asking=False)
    return {
        "estimate": estimate,
        "text": reply.text,
        "citations": [citation.to_json() for citation in figures.citations(estimate)],
        "sendable": estimate["status"] in SENDABLE,
        "problems": _problems(estimate),
        "facts": facts,
        "rulebook": rulebook.version,
    }


def _problems(estimate: Mapping[str, Any]) -> list[str]:
    """What is wrong or missing, by the labels of the panel."""
    wrong = [
        f"{FACTS.get(error['field'], error['field'])}：{error['message']}" for error in estimate.get("errors") or []
    ]
    missing = [FACTS.get(name) or figures.LABELS.get(name, name) for name in estimate.get("missing") or []]
    return wrong or ([f"没有填：{'、'.join(missing)}"] if missing else [])


def tidy(given: Mapping[str, Any]) -> dict[str, Any]:
    """The facts of a form: without empty fields and blanks.

    Raises:
        BadAct: too many, or not names with plain values.
    """
    facts = {name: value.strip() if isinstance(value, str) else value for name, value in given.items()}
    facts = {name: value for name, value in facts.items() if value not in ("", None)}
    plain = all(len(name) < 40 and isinstance(value, str | int | bool | dict) for name, value in facts.items())  # noqa: PLR2004  (no fact's name is longer)
    if len(facts) > MOST_FACTS or not plain:
        raise BadAct("测算的内容不对，请刷新页面后再填。")
    return facts
