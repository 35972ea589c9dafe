"""The one place through which anything personal is read: bound, fresh, where the channel may show it, and noted."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from bot.members.membership import Membership
from bot.members.port import MandateRow, MemberRow
from bot.storage.port import ThreadRow, Tx

_TOUCH = timedelta(minutes=1)
GROUNDS = {"consent": "本人同意", "guardian": "监护人", "heir": "继承人"}
"""Why one member may look at another's data."""


class Gate:
    """Opens for the member bound to this thread, in this transaction, now."""

    def __init__(self, tx: Tx, thread: ThreadRow, now: datetime, membership: Membership) -> None:
        self.people = membership.people(tx)
        self.membership = membership
        self.now = now
        self._tx = tx
        self._thread = thread
        self._noted: set[tuple[str, int | None]] = set()

    def bound(self) -> int | None:
        """The number of the member bound to the thread, whether fresh or not; says nothing about the person."""
        binding = self.people.binding(self._thread.id)
        return None if binding is None else binding.member_id

    def open(self, act: str, mandate: str = "", *, stays: bool = False) -> MemberRow | None:
        """The member when the binding is fresh and the channel may show personal data, else None.

        Each act is written to the audit log once a turn, and keeps the binding fresh.

        Args:
            act: what is done, for the audit log.
            mandate: the id of a mandate, to open for its owner in place of the bound member.
            stays: the act shows stays too, which the mandate must cover.
        """
        member = self._fresh()
        if member is None or not mandate:
            if member is not None:
                self.note(act, member.id)
            return member
        found = self.held(member.id, mandate)
        if found is None or (stays and "stays" not in found.scope):
            return None
        owner = self.standing(self.people.member(found.owner_id), dead=found.basis == "heir")
        if owner is not None:
            self.note(act, owner.id, why=f"授权:{GROUNDS[found.basis]}", mandate=found.id)
        return owner

    def held(self, member_id: int, mandate: str) -> MandateRow | None:
        """A mandate that this member took up and that holds now."""
        row = self.people.mandate(int(mandate)) if mandate.isascii() and mandate.isdigit() else None
        return row if row is not None and row.holder_id == member_id and holds(row, self.now) else None

    def standing(self, row: MemberRow | None, *, dead: bool = False) -> MemberRow | None:
        """The record that stays where this one was merged; None for a member who died, unless that is meant."""
        if row is not None and row.merged_into is not None:
            row = self.people.member(row.merged_into)
        return row if row is not None and (dead or row.died_on is None) else None

    def _fresh(self) -> MemberRow | None:
        binding = self.people.binding(self._thread.id)
        shows = self.membership.channel_shows(self._thread.channel)
        if binding is None or shows != "full" or self.now - binding.fresh_at > self.membership.limits.idle:
            return None
        member = self.people.member(binding.member_id)
        if member is None or member.died_on is not None or member.merged_into is not None:
            return None
        if self.now - binding.fresh_at > _TOUCH:
            self.people.put_binding(replace(binding, fresh_at=self.now))
        return member

    def note(self, act: str, member_id: int | None, *, why: str = "本人", mandate: int | None = None) -> None:
        """Write an act on a member's data to the audit log, once a turn; members appear as numbers without meaning."""
        if (act, member_id) in self._noted:
            return
        self._noted.add((act, member_id))
        about = "member:-" if member_id is None else f"member:{member_id}"
        detail = {"channel": self._thread.channel, "why": why}
        if mandate is not None:
            detail["mandate"] = str(mandate)
        self._tx.note_audit(f"thread:{self._thread.id}", act, about, detail, self.now)


def holds(row: MandateRow, now: datetime) -> bool:
    """Whether a mandate was taken up, not taken back, and has not ended."""
    return row.accepted_at is not None and row.revoked_at is None and now < row.expires_at
