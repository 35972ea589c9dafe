"""A procedure as a checklist, with the last day worked out from the member's date."""

from __future__ import annotations

from handlers.context import Context, Said
from handlers.guides import Guide, guides
from handlers.jobs import desk
from handlers.messages import Reply
from handlers.phrases import matches
from handlers.wording import say


def _meant(context: Context) -> Guide | None:
    text = context.message.text.lower()
    heard = [guide for guide in guides().values() if guide.heard_in(text)]
    scheme = context.heard.facts.get("scheme") or context.scheme
    fitting = [guide for guide in heard if guide.scheme in (None, scheme)]
    return fitting[0] if len(fitting) == 1 else None


def is_asked(context: Context) -> bool:
    """The member wants a checklist, or a deadline from a date; one procedure of the own scheme fits."""
    guide = _meant(context) if "total" not in context.heard.facts else None
    if guide is None:
        return False
    return guide.last_day(context.heard.facts) is not None or matches("checklist", context.message.text)


def show(context: Context) -> Said:
    """The checklist of the procedure meant."""
    guide = _meant(context)
    assert guide is not None
    return checklist(context, guide)


def checklist(context: Context, guide: Guide) -> Said:
    """First what counts, then papers, steps, place, deadline and basis."""
    last_day = guide.last_day(context.heard.facts)
    text = say(
        "guide",
        guide=guide,
        last_day=last_day,
        basis=context.rulebook.basis(list(guide.cite)),
        scheme=context.rulebook.scheme_title(guide.scheme),
    )
    reply = Reply(text, desk.HUMAN)
    return Said("guide", [reply], citations=list(guide.cite), last={"guide": guide.name})
