"""A policy question: answered from one entry, offered as a choice, or honestly not known."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from handlers import choices
from handlers.context import Context, Said, speak
from handlers.guides import guides
from handlers.jobs import desk, stay
from handlers.messages import Choice, Reply
from handlers.wording import say

if TYPE_CHECKING:
    from handlers.answers import Answer
    from knowledge.search import Found

ACTIONS = {
    "estimate": choices.make("帮我算自付多少", "do", "estimate"),
    "balance": choices.make("查我的余额", "do", "balance"),
    "handoff": choices.make("转人工", "do", "human"),
}
MOST_NEXT = 3
"""At most so many next steps under an answer."""
MOST_PARTS = 3
UNSURE_TWICE = 2

MOST_NAMING = 14
"""A message that only names a scheme is no longer than this."""
_NAMES_OWN = re.compile(
    r"(我|俺|他|她|我们|我妈|我爸|老人|那|不|不是)?[,]?(说的|问的|指的)?(是|在|参加|属于|交的|入的)"
)

_CUT = re.compile(r"[??;;。!!\n,,]+")
_ASKS = re.compile(r"多少|几|吗|么|怎么|咋|能不能|可不可以|是不是|什么|啥|哪|呢|多久|何时|谁|如何|可以|要不要|算不算")


def answer(context: Context) -> Said:
    """The answer to the message as a question; two answers where two things were asked."""
    return answer_text(context, context.message.text)


def answer_text(context: Context, text: str) -> Said:
    """The answer to a text, which may be an earlier message asked again with its scheme."""
    context.state.pending = text[:200]
    both = _parts(context, text)
    if both:
        return both
    found = context.found if text == context.message.text else context.search(text)
    if found.outcome == "answer":
        return entries(context, [found.hits[0].entry_id])
    return offer(context, found) if found.outcome == "choices" else unknown(context)


def _parts(context: Context, text: str) -> Said | None:
    """Two questions in one message, each with an answer of its own; None when it is one question."""
    clauses = [clause for clause in _CUT.split(text) if len(clause) > 3 and _ASKS.search(clause)]  # noqa: PLR2004
    if not 1 < len(clauses) <= MOST_PARTS:
        return None
    hits = [found.hits[0].entry_id for found in map(context.search, clauses) if found.outcome == "answer"]
    return entries(context, list(dict.fromkeys(hits))) if len(set(hits)) == len(clauses) else None


def entries(context: Context, ids: list[str]) -> Said:
    """Answer one or more entries in full, with at most three next steps."""
    known = [found for entry in ids if (found := context.rulebook.answer(entry))]
    if not known:
        return unknown(context)
    texts = [_dated(context, item, item.short_form if context.state.elder else item.text) for item in known]
    replies = [Reply(text) for text in texts]
    replies[-1] = Reply(texts[-1], _next_steps(context, ids))
    citations = [citation for item in known for citation in item.citations]
    return Said("faq", replies, entries=ids, citations=citations, last={"entries": ids})


def _dated(context: Context, answer: Answer, text: str) -> str:
    """The answer, with the last day worked out where the member named the date it counts from."""
    named = [guides()[name] for action in answer.actions if (name := action.removeprefix("guide:")) in guides()]
    for guide in named:
        day = guide.last_day(context.heard.facts)
        if day is not None and guide.deadline is not None:
            return say("last_day", says=guide.deadline["says"], day=day) + "\n" + text
    return text


def _next_steps(context: Context, ids: list[str]) -> tuple[Choice, ...]:
    steps: list[Choice] = []
    for entry in ids:
        known = context.rulebook.answer(entry)
        assert known is not None
        steps += [step for action in known.actions if (step := _action(action))]
        steps += [to_entry(context, related) for related in known.related if context.rulebook.answer(related)]
    return tuple(dict.fromkeys(steps))[:MOST_NEXT]


def _action(action: str) -> Choice | None:
    """An entry's action as a button: a job, or the checklist `guide:NAME`."""
    name = action.removeprefix("guide:")
    if action.startswith("guide:") and name in guides():
        return choices.make(f"{guides()[name].title}清单", "guide", name)
    return ACTIONS.get(action)


def to_entry(context: Context, entry_id: str) -> Choice:
    """A button that answers an entry."""
    found = context.rulebook.answer(entry_id)
    assert found is not None
    return choices.make(found.title, "ask", entry_id)


def offer(context: Context, found: Found) -> Said:
    """您是不是想问: the scheme where several rules fit, else the likeliest questions."""
    known = [item for hit in found.hits if (item := context.rulebook.answer(hit.entry_id))]
    schemes = list(dict.fromkeys(item.scheme for item in known if item.scheme))
    if len(schemes) > 1 and len(schemes) == len(known) and context.scheme is None:
        buttons = tuple(choices.make(context.rulebook.scheme_title(scheme), "scheme", scheme) for scheme in schemes)
        said = speak("clarify", "which_scheme", buttons)
        said.asking = ["scheme"]
        return said
    labels = [f"{item.region}:{item.title}" if len({i.region for i in known}) > 1 else item.title for item in known]
    buttons = tuple(choices.make(label, "ask", item.entry) for label, item in zip(labels, known, strict=True))
    return speak("clarify", "did_you_mean", (*buttons, *desk.HUMAN))


def unknown(context: Context) -> Said:
    """No rule on that, said plainly, with the way to a person; the second time in a row the person is called."""
    context.state.unsure += 1
    related = context.rulebook.related(context.message.text)
    near = context.rulebook.basis(related, brief=True) if related else ""
    said = speak("fallback", "no_rule", desk.HUMAN, office=context.rulebook.office, near=near)
    if context.state.unsure >= UNSURE_TWICE:
        said.replies += desk.place(context, desk.open_case(context, "unsure"))
        context.state.unsure = 0
    return said


def answer_inside(context: Context) -> Said:
    """A question in the middle of a form: its answer, then the form goes on where it was."""
    said = answer(context)
    form = context.state.form
    if form is None or form.asking is None or said.intent not in ("faq", "clarify"):
        return said
    again = stay.question(context, form.asking)
    said.replies.append(Reply(say("back_to_form", question=again.text), again.choices))
    said.asking = [form.asking]
    return said


def is_scheme_named(context: Context) -> bool:
    """我是河南省直的, 我说的是北京: the message only says which scheme, or answers which one."""
    heard, text = context.heard, context.message.text
    if set(heard.facts) != {"scheme"} or heard.question or len(text) > MOST_NAMING:
        return False
    asked = any(choice.value.startswith("scheme:") for choice in context.state.choices())
    return asked or _NAMES_OWN.match(text) is not None


def with_scheme(context: Context) -> Said:
    """Remember the scheme and ask the waiting question again."""
    scheme = str(context.heard.facts["scheme"])
    return use_scheme(context, scheme)


def use_scheme(context: Context, scheme: str) -> Said:
    """The person's scheme is known now: answer what waited for it."""
    context.state.known["scheme"] = scheme
    if context.state.form is not None and context.state.form.asking == "scheme":
        return stay.go_on(context)
    if context.state.pending:
        return answer_text(context, context.state.pending)
    return speak("clarify", "scheme_noted", title=context.rulebook.scheme_title(scheme))
