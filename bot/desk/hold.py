"""What an agent does with a conversation: claim, answer, note, pass on, pause, close, give back."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from bot.desk.errors import BadAct, Closed, Held
from bot.desk.lines import already_said, jot, tell
from bot.desk.queue import own
from bot.desk.words import CLAIMED, CLOSED, GIVEN_BACK, REQUEUED, RESOLUTIONS, TRANSFERRED, WAITING_FOR, rating_choices
from bot.privacy.tokens import clean
from bot.storage.port import CaseRow, MessageRow, StaffRow, ThreadRow, Tx
from knowledge.office import Office

LONGEST = 4000  # characters of one line by an agent
PATIENCE = timedelta(minutes=5)  # of the lease, unless the office sets another


def open_rows(tx: Tx, case_id: str) -> tuple[CaseRow, ThreadRow]:
    """An open case and its thread, locked.

    Raises:
        Closed: over, or never there.
    """
    case = tx.case(case_id)
    thread = tx.thread(case.thread_id) if case else None  # the lock; what stood before it may be old
    case = tx.case(case_id)
    if case is None or thread is None:
        raise Closed("没有这个会话，可能已被参保人清除。")
    if case.closed_at or thread.case_id != case.id:
        raise Closed("这个会话已经结束。")
    return case, thread


def held_rows(tx: Tx, case_id: str, staff: StaffRow) -> tuple[CaseRow, ThreadRow]:
    """The same for a case this agent holds.

    Raises:
        Closed: over, or never there.
        Held: somebody else holds it, or nobody yet.
    """
    case, thread = open_rows(tx, case_id)
    if thread.owner != "agent":
        raise Held("这个会话还在排队，请先接入。")
    if thread.agent_id != staff.id:
        raise Held(f"这个会话由{name_of(tx, thread.agent_id)}接待。")
    return case, thread


def name_of(tx: Tx, staff_id: str | None) -> str:
    """A person's name for the console."""
    person = tx.staff(staff_id=staff_id) if staff_id else None
    return person.name if person else "其他坐席"


def words_of(text: str) -> str:
    """A line an agent may write: not empty, not endless, no identity or card number in it.

    Raises:
        BadAct: it is.
    """
    text = "".join(char for char in text if char.isprintable() or char in "\n\t").strip()
    if not text:
        raise BadAct("内容是空的，请先输入文字。")
    if len(text) > LONGEST:
        raise BadAct(f"内容有 {len(text)} 字，最多 {LONGEST} 字，请分开发送。")
    if any(found.startswith(("⟦身份证", "⟦卡号")) for found in clean(text, awaiting_code=False).values):
        raise BadAct("内容里有身份证号或卡号，请删去后再发送。")
    return text


def claim(tx: Tx, case_id: str, staff: StaffRow, now: datetime, patience: timedelta = PATIENCE) -> CaseRow:
    """Take a waiting case; from now on the bot is silent. Claiming one's own case again changes nothing.

    Raises:
        Held: somebody else was faster; the sentence says who.
        Closed: the member left.
    """
    case, thread = open_rows(tx, case_id)
    if thread.owner == "agent":
        if thread.agent_id == staff.id:
            return case
        raise Held(f"{name_of(tx, thread.agent_id)}已先接入这个会话。")
    own(tx, thread, "agent", staff.id, case.id)
    case.agent_id, case.claimed_at, case.lease_until = staff.id, now, now + patience
    tx.update_case(case)
    tell(tx, thread, "system", CLAIMED.format(name=staff.name), now)
    tx.note_audit(staff.id, "case.claim", case.id, {}, now)
    return case


def reply(
    tx: Tx,
    case_id: str,
    staff: StaffRow,
    text: str,
    now: datetime,
    *,
    citations: list[dict[str, str]] | None = None,
    client_id: str = "",
    more: dict[str, Any] | None = None,
) -> MessageRow:
    """Answer the member. The same `client_id` again gives the same line and says nothing twice; `more` is kept with it.

    Raises:
        Held, Closed, BadAct: not one's own, over, empty.
    """
    case, thread = held_rows(tx, case_id, staff)
    before = already_said(tx, thread, client_id)
    if before:
        return before
    meta: dict[str, Any] = {**(more or {}), "client_id": client_id, "citations": citations or []}
    row = tell(tx, thread, "agent", words_of(text), now, staff=staff, meta=meta)
    case.first_answer_at = case.first_answer_at or now
    case.lease_until, case.waiting_for, case.due_at = None, "", None
    tx.update_case(case)
    tx.note_audit(staff.id, "case.reply", case.id, {"message": row.id}, now)
    return row


def note(tx: Tx, case_id: str, staff: StaffRow, text: str, now: datetime) -> MessageRow:
    """A note for colleagues; anybody who sees the case may leave one.

    Raises:
        Closed, BadAct: over, empty.
    """
    case, thread = open_rows(tx, case_id)
    row = jot(tx, thread, staff, words_of(text), now)
    tx.note_audit(staff.id, "case.note", case.id, {"message": row.id}, now)
    return row


def pause(
    tx: Tx, case_id: str, staff: StaffRow, now: datetime, *, waiting_for: str, due_at: datetime | None = None
) -> CaseRow:
    """Wait for the member, the hospital or a department until a day; an empty `waiting_for` ends the pause.

    Raises:
        Held, Closed, BadAct: not one's own, over, an unknown reason.
    """
    if waiting_for and waiting_for not in WAITING_FOR:
        raise BadAct(f"可选：{'、'.join(WAITING_FOR.values())}。")
    case, _ = held_rows(tx, case_id, staff)
    case.waiting_for, case.due_at, case.lease_until = waiting_for, due_at if waiting_for else None, None
    tx.update_case(case)
    tx.publish("desk", {"kind": "case", "case": case.id})
    tx.note_audit(staff.id, "case.pause", case.id, {"for": waiting_for}, now)
    return case


def close(tx: Tx, case_id: str, staff: StaffRow, resolution: str, now: datetime) -> CaseRow:
    """End a case; the thread goes back to the bot and the member may rate with one tap.

    Raises:
        Held, Closed, BadAct: not one's own, over, an unknown resolution.
    """
    if resolution not in RESOLUTIONS:
        raise BadAct(f"请选择处理结果：{'、'.join(RESOLUTIONS.values())}。")
    case, thread = held_rows(tx, case_id, staff)
    case.closed_at, case.resolution, case.lease_until = now, resolution, None
    case.summary = {name: value for name, value in case.summary.items() if name != "callback"}
    tx.update_case(case)
    own(tx, thread, "bot", None, None)
    if resolution == "back_to_bot":
        tell(tx, thread, "system", GIVEN_BACK, now)
    else:
        tx.save_state(thread.id, {**thread.state, "offered": rating_choices()}, now)
        tell(tx, thread, "system", CLOSED, now, choices=rating_choices())
    tx.note_audit(staff.id, "case.close", case.id, {"resolution": resolution}, now)
    return case


def give_back(tx: Tx, case_id: str, staff: StaffRow, now: datetime) -> CaseRow:
    """Back to the bot without asking for a rating.

    Raises:
        Held, Closed: not one's own, over.
    """
    return close(tx, case_id, staff, "back_to_bot", now)


def requeue(tx: Tx, case_id: str, now: datetime, *, actor: str, why: str) -> CaseRow:
    """Back to the queue at its old place; the summary keeps who let go and why. The member hears it, unless a day that
    was waited for has come: then nobody was expected to answer.

    Raises:
        Closed, Held: over, or held by nobody.
    """
    case, thread = open_rows(tx, case_id)
    if thread.owner != "agent":
        raise Held("这个会话已经在排队。")
    _release(tx, case, thread, now, why)
    if why != "due":
        tell(tx, thread, "system", REQUEUED, now)
    tx.note_audit(actor, "case.requeue", case.id, {"why": why}, now)
    return case


def _release(tx: Tx, case: CaseRow, thread: ThreadRow, now: datetime, why: str) -> None:
    """Nobody holds the case any more; the queue owns the thread."""
    let_go = {"agent": case.agent_id, "at": now.isoformat(), "why": why}
    case.summary = {**case.summary, "returned": [*case.summary.get("returned", []), let_go]}
    case.agent_id = case.claimed_at = case.lease_until = case.due_at = None
    case.waiting_for = ""
    tx.update_case(case)
    own(tx, thread, "queue", None, case.id)


def transfer_to_group(
    tx: Tx, case_id: str, staff: StaffRow, now: datetime, *, group_id: str, text: str, office: Office
) -> CaseRow:
    """Hand a case one holds to a group's queue, with a note for it.

    Raises:
        Held, Closed, BadAct: not one's own, over, an unknown group, an empty note.
    """
    group = office.group(group_id)
    if group.id != group_id:
        raise BadAct("没有这个小组。")
    case, thread = held_rows(tx, case_id, staff)
    if office.group(case.group).closed and not group.closed:
        raise BadAct("举报只能在监督组内转交。")
    jot(tx, thread, staff, f"转交{group.name}：{words_of(text)}", now)
    _release(tx, case, thread, now, "transfer")
    case.group = group.id
    tx.update_case(case)
    tell(tx, thread, "system", TRANSFERRED.format(name=group.name), now)
    tx.note_audit(staff.id, "case.transfer", case.id, {"group": group.id}, now)
    return case


def transfer_to_person(
    tx: Tx, case_id: str, staff: StaffRow, now: datetime, *, to: StaffRow, text: str, patience: timedelta = PATIENCE
) -> CaseRow:
    """Hand a case one holds to a colleague, with a note; their lease starts, so silence brings it back to the queue.

    Raises:
        Held, Closed, BadAct: not one's own, over, oneself or somebody who left, an empty note.
    """
    if to.id == staff.id or to.disabled:
        raise BadAct("请选择另一位在岗的同事。")
    case, thread = held_rows(tx, case_id, staff)
    jot(tx, thread, staff, f"转交{to.name}：{words_of(text)}", now)
    own(tx, thread, "agent", to.id, case.id)
    case.agent_id, case.claimed_at, case.lease_until = to.id, now, now + patience
    case.waiting_for, case.due_at = "", None
    tx.update_case(case)
    tell(tx, thread, "system", TRANSFERRED.format(name=f"工作人员{to.name}"), now)
    tx.note_audit(staff.id, "case.transfer", case.id, {"to": to.id}, now)
    return case


def move_all(tx: Tx, absent: StaffRow, by: StaffRow, now: datetime) -> list[CaseRow]:
    """An absent agent's cases go back to the queue in one act of a supervisor; returns them."""
    held = [case for case in tx.cases(open_only=True, agent_id=absent.id) if not case.closed_at]
    return [requeue(tx, case.id, now, actor=by.id, why="absent") for case in held]
