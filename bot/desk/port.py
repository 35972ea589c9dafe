"""The desk as a turn of the bot sees it, bound to one thread and its transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.desk import queue
from bot.storage.port import ThreadRow, Tx
from handlers.ports import CaseRequest, Desk, Ticket
from knowledge.office import Office


@dataclass(slots=True)
class ThreadDesk:
    """`handlers.ports.Desk` over the storage; the thread row in hand follows every change of owner."""

    tx: Tx
    thread: ThreadRow
    now: datetime
    office: Office

    def open_case(self, request: CaseRequest) -> Ticket:
        """Put the thread into the queue, or say where it already stands."""
        return queue.open_case(self.tx, self.thread, request, self.now, self.office)

    def ticket(self) -> Ticket | None:
        """The thread's place in the queue, None when it is not waiting."""
        return queue.ticket(self.tx, self.thread, self.now, self.office)

    def leave(self) -> bool:
        """Leave the queue; False when it was not waiting."""
        return queue.leave(self.tx, self.thread, self.now)

    def call_back(self, token: str) -> bool:
        """Keep the number behind a token for a call; False when the thread is not waiting or the number is gone."""
        return queue.call_back(self.tx, self.thread, token, self.now)

    def rate(self, score: int, words: str) -> bool:
        """Rate the last closed case: 1 to 5 and a sentence; False when there is none to rate."""
        return queue.rate(self.tx, self.thread, score, words, self.now)


def desk_port(tx: Tx, thread: ThreadRow, now: datetime, office: Office) -> Desk:
    """For the composition root: the desk of one turn."""
    return ThreadDesk(tx, thread, now, office)
