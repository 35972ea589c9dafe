"""What an administrator should look at: wrong answers, answers a member did not like, questions nothing answered."""

from __future__ import annotations

from datetime import datetime

from bot.desk.errors import BadAct
from bot.storage.port import MessageRow, StaffRow, ThreadRow, Tx, WorkItemRow, new_id
from knowledge.office import Office

KINDS = {"wrong": "坐席标记答错", "down": "参保人觉得没用", "unanswered": "没有答上来"}
LOOKED_AT = 1000  # newest lines of a conversation
LONGEST = 2000  # characters of what should have been said


def items(tx: Tx, kind: str | None = None, *, open_only: bool = True, limit: int = 200) -> list[WorkItemRow]:
    """The administrators' list, newest first; one item a kind and message.

    Args:
        tx: the transaction.
        kind: a key of `KINDS`, or all.
        open_only: leave out what somebody has dealt with.
        limit: most items.
    """
    return tx.work_items(kind=kind, open_only=open_only, limit=limit)


def settle(tx: Tx, item: WorkItemRow, staff: StaffRow, now: datetime) -> None:
    """Somebody has dealt with an item."""
    item.done_at = now
    tx.put_work_item(item)
    tx.note_audit(staff.id, "work.done", item.id, {"kind": item.kind}, now)


def mark_wrong(tx: Tx, thread_id: str, message_id: str, staff: StaffRow, now: datetime, *, should: str = "") -> None:
    """机器人答错了: keep what was asked, answered and should have been; a second click adds the words.

    Raises:
        BadAct: no answer of the bot in this conversation, or one that only the member may read.
    """
    rows = tx.messages(thread_id, limit=LOOKED_AT, newest=True)
    place = next((i for i, row in enumerate(rows) if row.id == message_id and _may_be_judged(row)), None)
    if place is None:
        raise BadAct("只能标记机器人在这个会话里的回答。")
    row = _item("wrong", rows[place], _question(rows[:place]), staff.id, now)
    row.should = should.strip()[:LONGEST]
    tx.put_work_item(row)
    tx.note_audit(staff.id, "answer.wrong", message_id, {"thread": thread_id}, now)


def thumb(tx: Tx, thread: ThreadRow, seq: int, now: datetime, *, up: bool, office: Office) -> str:
    """有用 or 没用 under an answer: kept with the line; a thumb down goes to the list, and up takes it back.

    Returns:
        `up` or `down`, or nothing when the same thumb was tapped again and so taken back.

    Raises:
        BadAct: no answer of the bot has this number.
    """
    rows = tx.messages(thread.id, after=max(0, seq - 20), limit=20)
    place = next((i for i, row in enumerate(rows) if row.seq == seq and may_be_thumbed(row)), None)
    if place is None:
        raise BadAct("这条回答不能评价。")
    answer, wanted = rows[place], "up" if up else "down"
    value = "" if answer.meta.get("thumb") == wanted else wanted
    tx.mark_message(answer.id, "thumb", value)
    tx.drop_work_item("down", answer.id)
    if value == "down" and not _with_closed_group(tx, thread, office):
        tx.put_work_item(_item("down", answer, _question(rows[:place]), "member", now))
    tx.note_audit("member", "answer.thumb", answer.id, {"thumb": value, "entries": answer.meta.get("entries")}, now)
    return value


def may_be_thumbed(row: MessageRow) -> bool:
    """Whether a line is an answer: by the bot, from an entry or with a figure."""
    return _may_be_judged(row) and bool(row.meta.get("entries") or row.meta.get("estimate"))


def note_unanswered(
    tx: Tx, thread: ThreadRow, question: str, reply: MessageRow, now: datetime, *, office: Office
) -> None:
    """A question that nothing answered goes to the list, unless the conversation is with a closed group."""
    if question.strip() and not _with_closed_group(tx, thread, office):
        tx.put_work_item(_item("unanswered", reply, question, "bot", now))


def _may_be_judged(row: MessageRow) -> bool:
    return row.who == "bot" and not row.personal


def _question(before: list[MessageRow]) -> str:
    return next((row.text for row in reversed(before) if row.who == "member"), "")


def _with_closed_group(tx: Tx, thread: ThreadRow, office: Office) -> bool:
    case = tx.case(thread.case_id) if thread.case_id else None
    return case is not None and office.group(case.group).closed


def _item(kind: str, answer: MessageRow, asked: str, by: str, now: datetime) -> WorkItemRow:
    entries, rulebook = answer.meta.get("entries") or [], answer.meta.get("rulebook") or ""
    return WorkItemRow(
        new_id(), kind, answer.thread_id, answer.id, asked, answer.text, "", list(entries), rulebook, by, now
    )
