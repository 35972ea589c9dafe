"""Puts what is to be said into the response to a member's message, once; asked again, the same again.

Rows that went out this way are marked with the id of the message they answered. What did not fit follows by
customer-service message, or is kept where no quota is left.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from bot.channels.owed import OFFERED, offer_again
from bot.channels.port import Capabilities
from bot.channels.render import AGAIN, first, numbered
from bot.engine.inbound import Receipt
from bot.storage.port import OutboxRow, Tx, new_id

ANSWERED = "answer"
"""Begins the `error` of a row that stood in a response; `answer+` of one that was offered a second time."""
AFTER_RESPONSE = timedelta(seconds=1)
"""So much later goes what did not fit into the response, so that it does not overtake it."""
_MOST_ROWS = 2000


def claim(tx: Tx, receipt: Receipt, platform_id: str, now: datetime, can: Capabilities) -> str:
    """The text of the response, empty when there is nothing to say; its rows are then sent."""
    thread_id = receipt.thread_id
    if receipt.duplicate:
        return _compose(_answered(tx, thread_id, platform_id), can)[0]
    offer_again(tx, thread_id, now)
    rows = [row for row in tx.outbox(status="new", thread_id=thread_id) if _ours(row, now)]
    rows = sorted(rows, key=lambda row: (row.seq, row.id))
    marked = [replace(row, status="sent", next_at=None, error=_mark(row, platform_id)) for row in rows]
    for row in marked:
        tx.update_outbox(row)
    text, rest = _compose(marked, can)
    if rest is not None:
        later = now + AFTER_RESPONSE
        tx.add_outbox(replace(rows[-1], id=new_id(), body=rest, status="new", tries=0, next_at=later, error=""))
    return text


def _ours(row: OutboxRow, now: datetime) -> bool:
    """Held for the response, or offered again in this transaction: nobody else may be sending it."""
    return row.error == OFFERED or row.next_at is None or row.next_at >= now


def _mark(row: OutboxRow, platform_id: str) -> str:
    return f"{ANSWERED}{'+' if row.error == OFFERED else ''} {platform_id}"


def _answered(tx: Tx, thread_id: str, platform_id: str) -> list[OutboxRow]:
    marks = {f"{ANSWERED} {platform_id}", f"{ANSWERED}+ {platform_id}"}
    rows = tx.outbox(status="sent", thread_id=thread_id, limit=_MOST_ROWS)
    return sorted((row for row in rows if row.error in marks), key=lambda row: (row.seq, row.id))


def _compose(rows: list[OutboxRow], can: Capabilities) -> tuple[str, dict[str, Any] | None]:
    """All rows as one message: the choices of the last one can be answered, those before are only shown."""
    if not rows:
        return "", None
    texts = [_text(row) for row in rows[:-1]]
    last = rows[-1]
    again = last.error.startswith(f"{ANSWERED}+")
    texts.append((AGAIN if again else "") + last.body["text"])
    piece, rest = first({**last.body, "text": "\n\n".join(texts)}, can)
    return piece.text, rest


def _text(row: OutboxRow) -> str:
    text: str = row.body["text"]
    again = row.error.startswith(f"{ANSWERED}+")
    return AGAIN + text if again else text + numbered(row.body.get("choices") or [])
