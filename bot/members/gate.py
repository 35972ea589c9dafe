"""The one place through which anything personal is read: bound, fresh, where the channel may show it, and noted."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from bot.members.membership import Membership
from bot.members.port import MemberRow
from bot.storage.port import ThreadRow, Tx

_TOUCH = timedelta(minutes=1)


class Gate:
    """Opens for the member bound to this thread, in this transaction, now."""

    def __init__(self, tx: Tx, thread: ThreadRow, now: datetime, membership: Membership) -> None:
        self.people = membership.people(tx)
        self.membership = membership
        self.now = now
        self._tx = tx
        self._thread = thread
        self._noted: set[str] = set()

    def bound(self) -> int | None:
        """The number of the member bound to the thread, whether fresh or not; says nothing about the person."""
        binding = self.people.binding(self._thread.id)
        return None if binding is None else binding.member_id

    def open(self, act: str) -> MemberRow | None:
        """The member when the binding is fresh and the channel may show personal data, else None.

        Each act is written to the audit log once a turn, and keeps the binding fresh.
        """
        binding = self.people.binding(self._thread.id)
        shows = self.membership.channel_shows(self._thread.channel)
        if binding is None or shows != "full" or self.now - binding.fresh_at > self.membership.limits.idle:
            return None
        member = self.people.member(binding.member_id)
        if member is None or member.died_on is not None or member.merged_into is not None:
            return None
        if self.now - binding.fresh_at > _TOUCH:
            self.people.put_binding(replace(binding, fresh_at=self.now))
        self.note(act, member.id)
        return member

    def note(self, act: str, member_id: int | None) -> None:
        """Write an act on a member's data to the audit log, once a turn; members appear as numbers without meaning."""
        if act not in self._noted:
            self._noted.add(act)
            about = "member:-" if member_id is None else f"member:{member_id}"
            detail = {"channel": self._thread.channel}
            self._tx.note_audit(f"thread:{self._thread.id}", act, about, detail, self.now)
