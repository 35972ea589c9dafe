"""The quiet twins of the ports: in memory, for `yibao chat`, for tests and for a caller without an office."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from handlers.ports import AccountView, CaseRequest, MandateView, MemberView, MonthView, MyData, Ports, Ticket


@dataclass(slots=True)
class QuietIdentity:
    """Nobody is on file: a challenge is always "sent" and no code is ever right."""

    tries: int = 0
    begun: bool = False

    def member(self) -> MemberView | None:
        """Never bound."""
        return None

    def is_bound(self) -> bool:
        """Never bound."""
        return False

    def begin(self, name: str, id_token: str) -> str:
        """The same words as for anybody."""
        del name, id_token
        self.begun, self.tries = True, 0
        return "sent"

    def refresh(self) -> str:
        """The same words as for anybody."""
        return "sent"

    def verify(self, code: str) -> str:
        """Three tries, none right."""
        del code
        if not self.begun:
            return "none"
        self.tries += 1
        return "wrong" if self.tries < 3 else "locked"  # noqa: PLR2004  (three tries)

    def unbind(self) -> bool:
        """Nothing to forget."""
        return False

    def redeem(self, token: str) -> str:
        """No code is any good."""
        del token
        return "dead"


class QuietAccounts:
    """No accounts."""

    def overview(self, today: date, mandate: str = "") -> AccountView | None:
        """Nothing kept."""
        del today, mandate
        return None

    def months(self, today: date) -> tuple[MonthView, MonthView] | None:
        """Nothing kept."""
        del today
        return None

    def look_up(self, today: date, mandate: str = "") -> bool:
        """Nobody to ask."""
        del today, mandate
        return False


class QuietRecords:
    """Nothing is kept of anybody, and nobody lets anybody look."""

    def kept(self) -> MyData | None:
        """Nothing kept."""

    def export(self) -> str | None:
        """Nothing to export."""

    def forget(self) -> bool:
        """Nothing to forget."""
        return False

    def given(self) -> tuple[MandateView, ...]:
        """Nobody."""
        return ()

    def held(self) -> tuple[MandateView, ...]:
        """Nobody."""
        return ()

    def grant(self, scope: str, days: int) -> str | None:
        """Nobody is bound."""
        del scope, days
        return None

    def revoke(self, mandate: str) -> bool:
        """Nothing to take back."""
        del mandate
        return False


@dataclass(slots=True)
class QuietDesk:
    """A desk of one thread: it may wait, leave, and is never claimed."""

    cases: list[CaseRequest] = field(default_factory=list)
    waiting: bool = False

    def open_case(self, request: CaseRequest) -> Ticket:
        """First in the queue."""
        already, self.waiting = self.waiting, True
        if not already:
            self.cases.append(request)
        return Ticket(1, None, open_now=True, already=already)

    def ticket(self) -> Ticket | None:
        """The place, when waiting."""
        return Ticket(1, None, open_now=True, already=True) if self.waiting else None

    def leave(self) -> bool:
        """Stop waiting."""
        was, self.waiting = self.waiting, False
        return was

    def call_back(self, token: str) -> bool:
        """A number is taken while waiting."""
        return bool(token) and self.waiting

    def rate(self, score: int, words: str) -> bool:
        """Nothing closed, nothing to rate."""
        del score, words
        return False


def quiet_ports() -> Ports:
    """A set of quiet ports for one thread."""
    return Ports(QuietIdentity(), QuietAccounts(), QuietDesk())
