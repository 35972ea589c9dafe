"""One turn inside one transaction: inbox row, state, transcript, outbox and effects, all or nothing."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from bot.engine.inbound import Inbound, Receipt, tidy, tidy_choice
from bot.engine.speech import say
from bot.storage.port import EffectRow, InboxRow, MessageRow, StorageError, ThreadRow, Tx, new_id
from handlers.messages import SHANGHAI, Message, Reply
from handlers.ports import Ports

if TYPE_CHECKING:
    from handlers.rulebook import Rulebook
    from handlers.turn import Turn

ReplyTo = Callable[[Message, dict[str, Any], "Rulebook", Ports], "Turn"]
PortsFor = Callable[[Tx, ThreadRow, datetime], Ports]
Clean = Callable[[str, str], tuple[str, dict[str, str]]]
"""Takes personal data out of a text: (text, what is awaited: `code`, `name` or nothing) -> (text, values by token)."""
Keep = Callable[[Tx, str, dict[str, str], datetime], None]
"""Keeps the values of a thread's tokens, encrypted, until the turn has used them."""

After = Callable[[Tx, ThreadRow, Message, "Turn", list[MessageRow], datetime], None]

APOLOGY = "抱歉,这条消息没有办好。请再发一次,或者找人工客服。"
_WAY_OUT = [{"label": "转人工", "value": "do:human"}]


@dataclass(frozen=True, slots=True)
class Parts:
    """What a turn is made of; put together once, in `bot.app`."""

    reply_to: ReplyTo
    ports_for: PortsFor
    clean: Clean
    keep: Keep
    after: After = lambda *_: None
    """Told of every turn, in its transaction, once its replies stand in the transcript."""


class TurnFailedError(Exception):
    """The conversation raised: `key` names the update whose turn must be an apology when the work is run again."""

    def __init__(self, key: tuple[str, str, str], thread_id: str, fault: Exception) -> None:
        super().__init__(f"turn failed: {type(fault).__name__}")
        self.key = key
        self.thread_id = thread_id
        self.fault = fault


@dataclass(frozen=True, slots=True)
class Work:
    """One run of the work for an update; `failed` are updates whose turn raised in an earlier run, with the fault."""

    parts: Parts
    rulebook: Rulebook
    now: datetime
    failed: Mapping[tuple[str, str, str], str]

    def receive(self, tx: Tx, inbound: Inbound) -> Receipt:
        """Store an update and answer it, after any that still wait in its thread."""
        thread = tx.thread_for(inbound.channel, inbound.account, inbound.chat, inbound.person)
        row = InboxRow(new_id(), *inbound.key, thread.id, {}, self.now, self.now, self.failed.get(inbound.key, ""))
        new, waiting = tx.take_in(row)
        if not new:
            return _again(tx, thread, inbound)
        if waiting:
            self._catch_up(tx, thread.id)
            thread = _reread(tx, thread.id)
        row.body = self._body(tx, thread, inbound, awaiting=_awaited(thread.state))
        return self._turn(tx, thread, row)

    def accept(self, tx: Tx, inbound: Inbound) -> bool:
        """Only store an update, for a platform that must be answered before the turn; False for a redelivery."""
        thread = tx.thread_for(inbound.channel, inbound.account, inbound.chat, inbound.person)
        tx.publish("work", {"kind": "inbox"})
        awaiting = _awaited(thread.state) or ("code" if tx.pending(thread.id) else "")
        body = self._body(tx, thread, inbound, awaiting=awaiting)
        return tx.add_inbox(InboxRow(new_id(), *inbound.key, thread.id, body, self.now))

    def next_pending(self, tx: Tx) -> list[Receipt] | None:
        """Answer the oldest update of a thread that waits and that nobody else works on; None when there is none."""
        found = tx.threads_pending(1)
        waiting = [row for thread_id in found for row in tx.pending(thread_id)[:1]]  # none where others were faster
        return [self._finish(tx, row.thread_id, row) for row in waiting] if found else None

    def _catch_up(self, tx: Tx, thread_id: str) -> None:
        for row in tx.pending(thread_id):
            self._finish(tx, thread_id, row)

    def _finish(self, tx: Tx, thread_id: str, row: InboxRow) -> Receipt:
        receipt = self._turn(tx, _reread(tx, thread_id), row)
        tx.finish_inbox(row.id, self.now, self.failed.get((row.channel, row.account, row.platform_id), ""))
        return receipt

    def _body(self, tx: Tx, thread: ThreadRow, inbound: Inbound, *, awaiting: str) -> dict[str, Any]:
        """What is stored of an update: its text without personal numbers, which lie encrypted beside it."""
        text, values = self.parts.clean(tidy(inbound.text), awaiting)
        body: dict[str, Any] = {"text": text, "at": inbound.received_at.isoformat()}
        choice, profile = tidy_choice(inbound.choice), inbound.profile or None
        extra = (
            ("choice", None if choice is None else self.parts.clean(choice, "")[0]),
            ("event", inbound.event),
            ("profile", profile and _cleaned(profile, self.parts.clean)),
            ("result", inbound.result),
            ("effect", inbound.effect_id),
        )
        body |= {name: value for name, value in extra if value is not None}
        if values:
            self.parts.keep(tx, thread.id, values, self.now)
        return body

    def _turn(self, tx: Tx, thread: ThreadRow, row: InboxRow) -> Receipt:
        _hear(tx, thread, row)
        if row.body.get("effect"):
            tx.finish_effect(row.body["effect"], "done")
        if thread.blocked:
            tx.set_blocked(thread.id, blocked=False)
        if thread.owner == "agent":
            return Receipt(thread.id, duplicate=False, messages=[], silent=True)
        key = (row.channel, row.account, row.platform_id)
        if key in self.failed:
            return Receipt(thread.id, duplicate=False, messages=[_apologise(tx, thread, row, self.now)])
        try:
            return self._answer(tx, thread, row)
        except StorageError:
            raise
        except Exception as fault:
            if tx_fault(fault):
                raise
            raise TurnFailedError(key, thread.id, fault) from fault

    def _answer(self, tx: Tx, thread: ThreadRow, row: InboxRow) -> Receipt:
        body = row.body
        message = Message(
            text="" if "choice" in body else body["text"],
            now=datetime.fromisoformat(body["at"]),
            choice=body.get("choice"),
            event=body.get("event"),
            result=body.get("result"),
            profile=body.get("profile", {}),
        )
        ports = self.parts.ports_for(tx, thread, message.now)
        turn = self.parts.reply_to(message, thread.state, self.rulebook, ports)
        tx.save_state(thread.id, _plain(turn.state), self.now)
        replay = _replay(turn, message)
        said = [say(tx, thread, _bubble(thread, row, reply, replay, self.now)) for reply in turn.replies]
        for effect in turn.effects:
            tx.add_effect(EffectRow(new_id(), thread.id, effect.kind, effect.body, created_at=self.now))
        self.parts.after(tx, thread, message, turn, said, self.now)
        return Receipt(thread.id, duplicate=False, messages=said, turn=turn)


def tx_fault(fault: Exception) -> bool:
    """Whether a fault came from the database rather than from the conversation."""
    return type(fault).__module__.startswith(("sqlalchemy.", "psycopg.", "sqlite3"))


def _reread(tx: Tx, thread_id: str) -> ThreadRow:
    thread = tx.thread(thread_id)
    if thread is None:
        raise KeyError(thread_id)
    return thread


def _awaited(state: dict[str, Any]) -> str:
    """What a binding dialogue waits for: six bare digits would be a one-time `code` now, a bare word a `name`."""
    step = (state.get("binding") or {}).get("step", "")
    return {"code": "code", "name": "name", "consent": "name"}.get(step, "")


def _cleaned(profile: dict[str, Any], clean: Clean) -> dict[str, Any]:
    """What a caller says of a person, without personal numbers; they are not needed, so they are not kept."""
    return {name: clean(value, "")[0] if isinstance(value, str) else value for name, value in profile.items()}


def _again(tx: Tx, thread: ThreadRow, inbound: Inbound) -> Receipt:
    """A redelivery: the answer that was given, and to nobody but the thread it was given in."""
    row = tx.inbox(*inbound.key)
    own = row is not None and row.thread_id == thread.id
    return Receipt(thread.id, duplicate=True, messages=tx.replies_to(row.id) if row is not None and own else [])


def _hear(tx: Tx, thread: ThreadRow, row: InboxRow) -> None:
    """The member's line of the transcript: what was typed, or the label of the button tapped."""
    body = row.body
    if "event" in body:
        return
    meta: dict[str, Any] = {"intent": "silent"} if thread.owner == "agent" else {}
    text = body["text"]
    if "choice" in body:
        meta["choice"] = body["choice"]
        text = text or _label(tx, thread.id, body["choice"])
    heard = MessageRow(new_id(), thread.id, 0, "member", text, row.received_at, meta=meta, inbox_id=row.id)
    say(tx, thread, heard)


def _label(tx: Tx, thread_id: str, value: str) -> str:
    for line in reversed(tx.messages(thread_id, limit=20, newest=True)):
        for choice in line.choices:
            if choice.get("value") == value:
                return choice.get("label", value)
    return value


def _apologise(tx: Tx, thread: ThreadRow, row: InboxRow, now: datetime) -> MessageRow:
    meta = {"intent": "error"}
    return say(
        tx, thread, MessageRow(new_id(), thread.id, 0, "bot", APOLOGY, now, _WAY_OUT, meta=meta, inbox_id=row.id)
    )


def _plain(value: dict[str, Any]) -> dict[str, Any]:
    """Make sure now, while the turn can still be blamed, that a database can hold it."""
    json.dumps(value)
    return value


def _replay(turn: Turn, message: Message) -> dict[str, Any]:
    """What is kept so that an answer can be shown and explained a year later."""
    return _plain(
        {
            "rulebook": turn.rulebook,
            "intent": turn.intent,
            "entries": list(turn.entries),
            "scheme": turn.scheme,
            "subject": turn.subject,
            "as_of": message.now.astimezone(SHANGHAI).date().isoformat(),
            "facts": turn.facts,
            "asking": list(turn.asking),
            "citations": [citation.to_json() for citation in turn.citations],
            "estimate": turn.estimate,
        }
    )


def _bubble(thread: ThreadRow, row: InboxRow, reply: Reply, replay: dict[str, Any], now: datetime) -> MessageRow:
    meta = dict(replay)
    if reply.picture is not None:
        meta["picture"] = {"svg": reply.picture.svg, "alt": reply.picture.alt}
    choices = [choice.to_json() for choice in reply.choices]
    return MessageRow(
        new_id(), thread.id, 0, "bot", reply.text, now, choices, meta, inbox_id=row.id, personal=reply.personal
    )
