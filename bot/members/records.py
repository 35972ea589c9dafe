"""What is kept of the bound member and whom the member lets look: the records port of one turn."""

from __future__ import annotations

from datetime import datetime

from bot.members import mandates, mydata
from bot.members.gate import GROUNDS, Gate
from bot.members.membership import Membership
from bot.members.port import MandateRow
from bot.privacy import masks
from bot.storage.port import EffectRow, ThreadRow, Tx, new_id
from handlers.messages import SHANGHAI
from handlers.ports import MandateView, MyData

FORGET = "forget_me"


class MemberRecords:
    """The records port of one thread in one transaction."""

    def __init__(self, tx: Tx, thread: ThreadRow, now: datetime, membership: Membership) -> None:
        self._tx, self._thread, self._now, self._office = tx, thread, now, membership
        self._gate = Gate(tx, thread, now, membership)
        self._people = self._gate.people

    def kept(self) -> MyData | None:
        """What is kept and who looked; None unless the binding is fresh."""
        return mydata.my_data(self._tx, self._thread, self._now, self._office)

    def export(self) -> str | None:
        """Everything kept, masked, as text; None unless the binding is fresh."""
        data = mydata.export(self._tx, self._thread, self._now, self._office)
        return None if data is None else mydata.as_text(data)

    def forget(self) -> bool:
        """End every binding and mandate at once; the words of the conversations go after the commit."""
        member = self._gate.open("forget_me")
        if member is None:
            return False
        mandates.revoke_all(self._tx, self._office, self._thread, member.id, self._now)
        for binding in self._people.bindings(member.id):
            mydata.forget_thread(self._tx, self._office, binding.thread_id)
            body = {"asked_in": self._thread.id}
            self._tx.add_effect(EffectRow(new_id(), binding.thread_id, FORGET, body, created_at=self._now))
        return True

    def given(self) -> tuple[MandateView, ...]:
        """Who may look at this member's account."""
        member = self._gate.open("list_mandates")
        rows = [] if member is None else mandates.running(self._people, self._now, owner_id=member.id)
        return tuple(self._view(row, row.holder_id) for row in rows)

    def held(self) -> tuple[MandateView, ...]:
        """At whose accounts this member may look."""
        member = self._gate.open("list_mandates")
        rows = [] if member is None else mandates.running(self._people, self._now, holder_id=member.id)
        return tuple(self._view(row, row.owner_id) for row in rows)

    def _view(self, row: MandateRow, of: int | None) -> MandateView:
        other = None if of is None else self._people.member(of)
        name = masks.name(self._office.name_of(other)) if other is not None else "还没有人使用"
        until = row.expires_at.astimezone(SHANGHAI).date()
        scope, basis = mandates.SCOPES[row.scope], GROUNDS[row.basis]
        return MandateView(str(row.id), name, scope, basis, until, row.accepted_at is not None)

    def grant(self, scope: str, days: int) -> str | None:
        """Offer a mandate by the member's own consent: the one-time code to hand over."""
        member = self._gate.open("offer_mandate")
        if member is None or scope not in mandates.SCOPES or not 0 < days <= mandates.MOST_DAYS:
            return None
        return mandates.offer(
            self._tx,
            self._office,
            member.id,
            scope=scope,
            days=days,
            basis="consent",
            granted_by=f"thread:{self._thread.id}",
            reason="本人在对话里同意",
            now=self._now,
        )

    def revoke(self, mandate: str) -> bool:
        """Take a mandate back, or give it up; False when it is not this member's."""
        member = self._gate.open("end_mandate")
        if member is None or not (mandate.isascii() and mandate.isdigit()):
            return False
        return mandates.revoke(self._tx, self._office, self._thread, int(mandate), member_id=member.id, now=self._now)
