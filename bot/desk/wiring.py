"""Ties the desk to the rulebook and the members' records, for the composition root."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from bot.desk import card
from bot.desk.pricing import priced
from bot.desk.worklist import note_unanswered
from bot.engine.rulebooks import RulebookHolder
from bot.engine.turns import After
from bot.members.membership import Membership
from bot.storage.port import CaseRow, MessageRow, StaffRow, ThreadRow, Tx
from handlers.messages import Message
from handlers.turn import Turn


def pricer(rulebooks: RulebookHolder) -> Callable[[Mapping[str, Any], datetime], dict[str, Any]]:
    """Prices a stay by what is published at that moment."""
    return lambda facts, now: priced(rulebooks.current, facts, now)


def after_turn(rulebooks: RulebookHolder) -> After:
    """Puts a question that nothing answered on the administrators' list.

    The conversation counts such questions in `unsure`, up to the hand-over that sets it back.
    """

    def look(  # noqa: PLR0917  (the engine calls it so)
        tx: Tx, thread: ThreadRow, message: Message, turn: Turn, said: list[MessageRow], now: datetime
    ) -> None:
        before, after = thread.state.get("unsure", 0), turn.state.get("unsure", 0)
        if turn.intent == "fallback" and before != after and said:
            case_thread = tx.thread(thread.id) or thread
            note_unanswered(tx, case_thread, message.text, said[0], now, office=rulebooks.current.office)

    return look


def card_hook(
    membership: Membership, schemes: Mapping[str, str]
) -> Callable[[Tx, CaseRow, StaffRow, datetime], dict[str, Any]]:
    """The masked member card."""
    return lambda tx, case, staff, now: card.masked(tx, membership, case, staff, now, schemes=schemes)


def reveal_hook(membership: Membership) -> Callable[[Tx, CaseRow, StaffRow, datetime, str, str], str]:
    """One value in the clear, with its reason."""

    def show(tx: Tx, case: CaseRow, staff: StaffRow, now: datetime, what: str, why: str) -> str:  # noqa: PLR0917  (a hook)
        return card.reveal(tx, membership, case, staff, now, what=what, why=why)

    return show
