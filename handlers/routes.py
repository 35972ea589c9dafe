"""Routing on one page: each message ends with exactly one job, the first whose test holds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from handlers.context import Context, Said
from handlers.jobs import balance, desk, faq, guide, identity, moves, mydata, safety, smalltalk, stay, tapped
from handlers.jobs import benefit as benefits


@dataclass(frozen=True, slots=True)
class Route:
    """One row: what it is called, when it holds, which job answers."""

    name: str
    holds: Callable[[Context], bool]
    job: Callable[[Context], Said]


ROUTES: tuple[Route, ...] = (
    # what must never wait
    Route("effect came back", balance.is_effect, balance.effect),
    Route("crisis", safety.is_crisis, safety.crisis),
    Route("emergency", safety.is_emergency, safety.emergency),
    # what is not a question
    Route("start", smalltalk.is_start, smalltalk.greet),
    Route("unreadable", smalltalk.is_unreadable, smalltalk.unreadable),
    # always works, in the middle of anything
    Route("a person", desk.is_asked, desk.hand_over),
    Route("leave the queue", desk.is_leaving, desk.leave),
    Route("one-time code", identity.is_redeemed, identity.redeem),
    Route("binding goes on", identity.is_running, identity.go_on),
    Route("call-back number", desk.is_call_back, desk.call_back),
    Route("a button", tapped.is_tapped, tapped.follow),
    Route("rating", desk.is_rating, desk.rate),
    Route("report of fraud", desk.is_fraud, desk.report),
    Route("tricks", safety.is_trick, safety.decline),
    Route("dialogue moves", moves.is_move, moves.make),
    # jobs
    Route("unbind", identity.is_unbind, identity.unbind),
    Route("bind", identity.is_bind, identity.bind),
    Route("own data", mydata.is_asked, mydata.show),
    Route("mandates", mydata.is_family, mydata.family),
    Route("another's account", mydata.is_others, mydata.others),
    Route("two months", balance.is_compared, balance.compare),
    Route("balance", balance.is_asked, balance.show),
    Route("guide", guide.is_asked, guide.show),
    Route("another computation", benefits.is_asked, benefits.work_out),
    Route("the working", stay.is_steps, stay.steps),
    Route("question in a stay", stay.is_question_inside, faq.answer_inside),
    Route("a stay", stay.is_told, stay.go_on),
    Route("scheme named", faq.is_scheme_named, faq.with_scheme),
    Route("anger", desk.is_anger, desk.soothe),
    Route("medical advice", safety.is_medical, safety.medical),
    Route("small talk", smalltalk.is_chat, smalltalk.chat),
    Route("a question", lambda _: True, faq.answer),
)


def route(context: Context) -> Said:
    """The answer of the first row that holds."""
    return next(row for row in ROUTES if row.holds(context)).job(context)
