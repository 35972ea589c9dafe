"""A described stay: collects its facts, asks for what matters, prices it, takes corrections at any time."""

from __future__ import annotations

import re
from typing import Any

from handlers import choices, figures
from handlers.context import Context, Said, speak
from handlers.facts import PERSON_FACTS, UNPUBLISHED, held_facts, request_of
from handlers.messages import Choice, Facts, Reply
from handlers.phrases import matches
from handlers.slots import slots
from handlers.state import Form
from handlers.understand import understand
from handlers.understand.subject import people
from handlers.wording import say

STAY_FACTS = frozenset(
    {"total", "self_paid", "class_b", "admission_no", "days", "admitted", "discharged", "accident", "hospital_level"}
)
"""Facts that only a stay has: with a price asked for, one of them describes it."""
ENOUGH = 2
SHORT = 14
"""An elliptic what-if (退休的呢?) is no longer than this."""
_FOLLOWS = re.compile(r"呢[??。]?$")
_NEGATIVE = re.compile(r"(?:^|[了共是费类:,\s])(?:[-−–]\s?|负)(?=\d)")
_SPEAKS_OF = re.compile(r"(说|问|算|讲|指)的?是")
_SPENT = re.compile(r"花了|住了|出院了|住院了|押金|结账|垫了|做了")
_NARRATES = re.compile(r"(住|出)(了|过)?院(了|啦|咯|哩)?[,。!! ]*$|(住|出)了?院(了|啦)")
_ASKS = re.compile(r"([\u3400-\u9fff])不\1|有没有|哪些|(吗|么|不|没|呢|是吗)[??。!!]*$")
"""Questions without a question word: 减不减, 能报七成不."""


def is_question_inside(context: Context) -> bool:
    """A policy question while a form is open; an elliptic one after a price is a what-if instead."""
    form, heard = context.state.form, context.heard
    if form is None or not heard.question or heard.what_if or heard.wants_price:
        return False
    return not _is_elliptic(context) and not (STAY_FACTS - {"hospital_level", "admission_no"}) & set(heard.facts)


def _is_elliptic(context: Context) -> bool:
    form, text = context.state.form, context.message.text
    priced = form is not None and form.priced and bool(context.state.last.get("form"))
    return priced and bool(context.heard.facts) and len(text) <= SHORT


def is_told(context: Context) -> bool:
    """A stay is described, corrected, varied, or a slot was asked for and this may be its answer."""
    heard, form, text = context.heard, context.state.form, context.message.text
    if matches("estimate", text) and not (heard.question and not heard.wants_price):
        return True
    if form is not None and (heard.facts or heard.denied or heard.others):
        return not heard.question or heard.what_if or heard.wants_price or _is_elliptic(context)
    if form is not None and (form.asking is not None or heard.correction or _person_named(context)):
        return not heard.question
    return _describes(context)


def _person_named(context: Context) -> str | None:
    """我说的是我妈: the message only says of whom the talk is; None when it says anything else."""
    text = context.message.text
    if context.heard.facts or context.heard.question or len(text) > SHORT or not _SPEAKS_OF.search(text):
        return None
    return next((person.subject for person in people(text)), None)


def _describes(context: Context) -> bool:
    """Whether a message without a form tells of a stay; where it is told vaguely, a sure FAQ answer goes first."""
    heard, text = context.heard, context.message.text
    if context.state.previous and len(text) <= SHORT and _FOLLOWS.search(text):
        return False  # 那第二次住院呢: leans on the question before
    told = set(heard.facts) - {"scheme", "outpatient"}
    asks = heard.question or _ASKS.search(text) is not None
    sure = context.found.outcome == "answer" if told or _NARRATES.search(text) else False
    if (heard.wants_price and told & STAY_FACTS) or (heard.correction and told):
        return True
    if asks:
        return "total" in told and len(told) >= ENOUGH and (not sure or len(told) > ENOUGH)
    return len(told) >= ENOUGH or "total" in told or _is_narrated(text, told, sure=sure)


def _is_narrated(text: str, told: set[str], *, sure: bool) -> bool:
    """At most one fact: a story of a stay, unless it is surely one of the questions people ask."""
    if told and _SPENT.search(text):
        return True
    return not sure and (bool(told) or _NARRATES.search(text) is not None)


def go_on(context: Context) -> Said:
    """Take what was heard into the form and answer: a figure, a range with the next question, or the next question."""
    opening = _take(context)
    said = _answer(context)
    said.replies = [*opening, *said.replies]
    return said


def start(context: Context) -> Said:
    """Begin a new form from a button."""
    context.state.form = Form()
    return _answer(context)


def _take(context: Context) -> list[Reply]:
    """Merge the message into the form; says so when the person spoken of changed."""
    state, heard = context.state, context.heard
    notes: list[Reply] = []
    subject = heard.subject or (_person_named(context) if state.form else None)
    if subject and subject != state.subject:
        if state.form and state.form.facts:
            notes.append(Reply(say("new_subject", who=_name(subject))))
        state.form, state.subject = Form(), subject
    if state.form is None or _is_another_stay(context, state.form):
        state.form = Form(facts=_of_person(state.form))
    form = state.form
    notes += [Reply(say("one_at_a_time", first=_name(state.subject), second=_name(who))) for who, _ in heard.others[:1]]
    unheard = form.asking is not None and not heard.facts and not heard.denied
    if heard.correction and not heard.facts and not heard.moves:
        notes.append(Reply(say("what_is_wrong")))
    elif unheard and not heard.moves - {"yes", "no"}:
        notes.append(Reply(say("not_understood", hint=slots()[form.asking or ""].hint)))
    if heard.denied or "dont_know" in heard.moves:
        form.declined += [name for name in (heard.denied or {form.asking or ""}) if name and name not in form.declined]
    facts = _meant_facts(context, form)
    if facts:
        form.take({name: value for name, value in facts.items() if name != "scheme"})
    if "scheme" in heard.facts:
        state.known["scheme"] = heard.facts["scheme"]
    return notes


def _meant_facts(context: Context, form: Form) -> Facts:
    """The facts of the message; 不对,是两万五 means the answer given last, not the one asked for now."""
    heard, last = context.heard, form.latest()
    if not heard.correction or form.asking is None or set(heard.facts) != {form.asking} or last is None:
        return heard.facts
    again = understand(context.message.text, today=context.message.today, asking=(last,), known=form.facts)
    return {last: again.facts[last]} if last in again.facts else heard.facts


def _is_another_stay(context: Context, form: Form) -> bool:
    """After a figure, a message that names a total anew and several facts describes another stay."""
    heard = context.heard
    fresh = "total" in heard.facts and "total" in form.facts and not heard.correction and not heard.what_if
    return form.priced and fresh and len(heard.facts) > 1


def _of_person(form: Form | None) -> Facts:
    return {name: value for name, value in form.facts.items() if name in PERSON_FACTS} if form else {}


def _answer(context: Context) -> Said:
    form = context.state.form
    assert form is not None
    form.asking = None
    if _NEGATIVE.search(context.message.text):
        form.undo()
        return _ask(context, form.latest() or "total", [Reply(say("negative"))])
    if form.facts.get("total") == "0.00":
        del form.facts["total"]
        return _ask(context, "total", [Reply(say("zero_total"))])
    if context.scheme is None:
        return _ask(context, "total" if "total" not in form.facts else "scheme", [])
    if not {"total", "accident"} & set(held_facts(context)) and "total" not in form.declined:
        return _ask(context, "total", [])
    return _priced(context, context.rulebook.estimate(request_of(context)))


def _priced(context: Context, estimate: dict[str, Any]) -> Said:
    form = context.state.form
    assert form is not None
    form.priced = estimate["status"] in ("ok", "range", "not_covered")
    wanted = _next_fact(context, estimate)
    shown = figures.show(context, estimate, _name(context.state.subject), asking=wanted is not None)
    said = Said("estimate", [shown], citations=figures.citations(estimate), estimate=estimate, last={"form": True})
    if estimate["status"] == "bad_input":
        return _refused(context, said)
    return said if wanted is None else _ask(context, wanted, said.replies, said)


def _refused(context: Context, said: Said) -> Said:
    """Facts that cannot be: the wrong ones are forgotten and asked again, the others stay."""
    form = context.state.form
    assert form is not None
    assert said.estimate is not None
    wrong = [error["field"] for error in said.estimate["errors"] if error["field"] in slots()]
    form.facts = {name: value for name, value in form.facts.items() if name not in wrong}
    return _ask(context, wrong[0], said.replies, said) if wrong else said


def _next_fact(context: Context, estimate: dict[str, Any]) -> str | None:
    """The fact that narrows the result most and may still be asked; what was said roughly is not asked again."""
    form = context.state.form
    assert form is not None
    if estimate["status"] == "unknown" and UNPUBLISHED & set(estimate["missing"]):
        return None  # no answer of the member's would settle it
    if estimate["status"] == "range" and estimate["low"]["member_pays"] == estimate["high"]["member_pays"]:
        return None  # whatever is unknown, the member pays the same
    candidates = [estimate.get("next_question"), *estimate.get("missing", [])]
    answered = {*form.declined, *form.facts}
    return next((name for name in candidates if name in slots() and name not in answered), None)


def _ask(context: Context, fact: str, before: list[Reply], said: Said | None = None) -> Said:
    form = context.state.form
    assert form is not None
    form.asking = fact
    result = said or Said("estimate", list(before), last={"form": True})
    result.replies = [*before, question(context, fact)]
    result.asking = [fact]
    return result


def question(context: Context, fact: str) -> Reply:
    """A slot's question with its choices; for the scheme, those that can be priced."""
    slot = slots()[fact]
    text = slot.question.replace("{who}", _name(context.state.subject))
    offered = {"scheme": _priceable, "total": _unsure_amount}.get(fact, lambda _: slot.choices)(context)
    unsure = (choices.make("不知道", "do", "dont_know"),) if fact not in ("total", "scheme") else ()
    return Reply(text, (*offered, *unsure))


def _priceable(context: Context) -> tuple[Choice, ...]:
    schemes, today = context.rulebook.schemes, context.message.today
    priced = [scheme for scheme in schemes.values() if scheme.first_of("share", today) is not None]
    return tuple(choices.make(scheme.title, "scheme", scheme.id) for scheme in priced)


def _unsure_amount(context: Context) -> tuple[Choice, ...]:
    """An amount that was heard and may be the total: offered as a button rather than taken for granted."""
    for _, words in context.heard.uncertain:
        total = understand(words, today=context.message.today, asking=("total",)).facts.get("total")
        if isinstance(total, str):
            return (choices.make(f"总费用就是{words}", "set", f"total={total}"),)
    return ()


def _name(subject: str) -> str:
    return "您" if subject == "self" else subject


def price_again(context: Context) -> Said:
    """The figure once more, worked out anew from the facts."""
    return _answer(context) if context.state.form else speak("clarify", "nothing_to_repeat")


def is_steps(context: Context) -> bool:
    """After a figure the member asks how it came about."""
    form = context.state.form
    return form is not None and form.priced and matches("steps", context.message.text)


def steps(context: Context) -> Said:
    """查看计算过程: every line with its formula, payer and article."""
    if context.state.form is None:
        return speak("clarify", "nothing_to_repeat")
    estimate = context.rulebook.estimate(request_of(context))
    if estimate["status"] not in ("ok", "range"):
        return price_again(context)
    return Said(
        "estimate", [figures.working(context, estimate)], citations=figures.citations(estimate), estimate=estimate
    )
