"""Handing over to people: asked for, after anger, for a report of fraud; the queue, a call-back, leaving it, rating."""

from __future__ import annotations

import re

from handlers import choices
from handlers.context import Context, Said, speak
from handlers.facts import held_facts
from handlers.messages import Choice, Citation, Reply
from handlers.phrases import matches
from handlers.ports import CaseRequest, Ticket
from handlers.wording import say

HUMAN: tuple[Choice, ...] = (choices.make("转人工", "do", "human"),)
LEAVE: tuple[Choice, ...] = (choices.make("不排队了", "do", "leave"),)
PHONE = re.compile(r"⟦手机\d+⟧")
DONE = re.compile(r"rate:done([1-5])")
ASKS = re.compile(r"[??]|多少|怎么|咋|能不能|可以吗|是不是|什么|啥|哪|几|如何|吗$")
OTHER_WISHES = ("fraud_report", "balance")
NO = frozenset({"no", "cancel"})
POLITE = NO | {"thanks", "yes", "greeting"}
"""What is never the sentence on a rating."""
MOST_AROUND = 20
"""Characters beside a telephone number: 我的电话是…，请打给我。"""
MOST_WORDS = 500
SHORT_NO = 5
PROTECTION = Citation("yinchuan-fund-oversight", "三、(三)12")
"""How those who report are protected and rewarded: the one document that says it, named with its city."""
LONGEST_CALL = 9
"""人工 in a longer sentence may be 人工髋关节; the phrases of `phrases.yaml` decide there."""
GROUPS = {"fraud": "oversight"}
"""Which group sees which reason; every other goes to `general`."""


def is_asked(context: Context) -> bool:
    """The member asks for a person, in any words or by the button."""
    if context.tapped is not None:
        return context.tapped == "do:human"
    text = context.message.text
    return matches("human", text) or ("human" in context.heard.moves and len(text) <= LONGEST_CALL)


def open_case(context: Context, reason: str) -> Ticket:
    """Put the thread into the queue with everything known so far."""
    state = context.state
    summary = {
        "said": context.message.text[:200],
        "question": state.pending,
        "entries": state.previous,
        "facts": held_facts(context),
        "subject": state.subject,
        "scheme": context.scheme,
        "bound": context.ports.identity.is_bound(),
    }
    return context.ports.desk.open_case(CaseRequest(reason, GROUPS.get(reason, "general"), summary))


def place(context: Context, ticket: Ticket) -> list[Reply]:
    """Where the member stands: position, honest wait, opening hours."""
    key = "queued" if ticket.open_now else "queued_closed"
    return [Reply(say(key, ticket=ticket, office=context.rulebook.office), LEAVE)]


def hand_over(context: Context) -> Said:
    """Open a case, or say where it already stands; the facts collected go along."""
    ticket = open_case(context, "asked")
    return Said("handoff", place(context, ticket))


def is_leaving(context: Context) -> bool:
    """The member no longer wants to wait."""
    if context.tapped is not None:
        return context.tapped == "do:leave"
    return matches("leave_queue", context.message.text) and context.ports.desk.ticket() is not None


def leave(context: Context) -> Said:
    """Leave the queue; the bot goes on."""
    return speak("handoff", "left_queue" if context.ports.desk.leave() else "not_queued")


def is_fraud(context: Context) -> bool:
    """Somebody reports fraud."""
    return matches("fraud_report", context.message.text)


def report(context: Context) -> Said:
    """Straight to the oversight group; what helps; protection."""
    open_case(context, "fraud")
    said = speak("report", "fraud", LEAVE, basis=context.rulebook.basis([PROTECTION]))
    said.citations = [PROTECTION]
    return said


def is_anger(context: Context) -> bool:
    """Somebody is angry with the bot or the office."""
    return matches("anger", context.message.text)


def soothe(context: Context) -> Said:
    """An apology and a person."""
    ticket = open_case(context, "anger")
    return Said("handoff", [Reply(say("sorry_angry")), *place(context, ticket)])


def is_call_back(context: Context) -> bool:
    """A telephone number from somebody who waits, and hardly anything else."""
    found = PHONE.search(context.message.text)
    rest = len(context.message.text) - len(found[0]) if found else 0
    return found is not None and rest <= MOST_AROUND and context.ports.desk.ticket() is not None


def call_back(context: Context) -> Said:
    """Keep the number for the agent; it stays locked."""
    found = PHONE.search(context.message.text)
    kept = found is not None and context.ports.desk.call_back(found[0])
    return speak("handoff", "call_back_kept" if kept else "call_back_gone", LEAVE if kept else HUMAN)


def is_rating(context: Context) -> bool:
    """A tap on a rating, or the sentence that was asked for with the last reply."""
    if context.tapped is not None:
        return context.tapped.startswith("rate:")
    return _score_given(context) is not None and _is_remark(context)


def rate(context: Context) -> Said:
    """Store the rating of the last closed case, then the sentence on it."""
    given = _score_given(context)
    if context.tapped is None and given is not None:
        if context.heard.moves & NO and len(context.message.text) <= SHORT_NO:
            return speak("smalltalk", "rated_done")
        stored = context.ports.desk.rate(given, context.message.text[:MOST_WORDS])
        return speak("smalltalk", "rated_words" if stored else "nothing_to_rate")
    _, score = choices.split(context.tapped or "")
    if score.startswith("done"):
        return speak("smalltalk", "rated_done")
    valid = score.isdigit() and 1 <= int(score) <= 5  # noqa: PLR2004  (five stars)
    stored = valid and context.ports.desk.rate(int(score), "")
    done = (choices.make("不说了", "rate", f"done{score}"),)
    return speak("smalltalk", "rated", done) if stored else speak("smalltalk", "nothing_to_rate")


def _score_given(context: Context) -> int | None:
    """The score tapped with the message before, while its sentence may follow; it stands in the choice to say none."""
    found = (DONE.fullmatch(choice.value) for choice in context.state.choices())
    return next((int(one[1]) for one in found if one), None)


def _is_remark(context: Context) -> bool:
    """A sentence on the service, not a question or another wish."""
    text = context.message.text
    asks = ASKS.search(text) or context.heard.facts or context.heard.moves - POLITE
    return bool(text.strip()) and not asks and not any(matches(name, text) for name in OTHER_WISHES)
