"""Finds out who a member is: name, identity number and a one-time code, without telling anyone who is insured.

Whether the person exists, is dead, has no phone or gave another name: the words are the same, and the same rows are
written; only the code is not sent. It goes out after the commit, so that the time of an answer tells nothing either.
"""

from __future__ import annotations

import hmac
import secrets
from dataclasses import replace
from datetime import datetime, timedelta

from bot.members import counter, mandates
from bot.members.gate import Gate
from bot.members.membership import Membership, relation_on, same_name
from bot.members.port import AttemptRow, BindingRow, ChallengeRow, MemberRow
from bot.members.prefill import facts_of
from bot.privacy import masks
from bot.privacy.idnumber import fold, normal
from bot.privacy.secrets import reveal
from bot.storage.port import EffectRow, ThreadRow, Tx, new_id
from handlers.messages import SHANGHAI
from handlers.ports import MemberView

SEND_CODE = "send_code"
DAY = timedelta(days=1)


class MemberIdentity:
    """The identity port of one thread in one transaction."""

    def __init__(self, tx: Tx, thread: ThreadRow, now: datetime, membership: Membership) -> None:
        self._tx = tx
        self._thread = thread
        self._now = now
        self._office = membership
        self._gate = Gate(tx, thread, now, membership)
        self._people = self._gate.people

    def member(self) -> MemberView | None:
        """The bound member when the binding is fresh (30 idle minutes), else None."""
        row = self._gate.open("read_member")
        if row is None:
            return None
        today = self._now.astimezone(SHANGHAI).date()
        relation = relation_on(self._people, row.id, today)
        facts = facts_of(self._people, self._office, row, relation, today)
        return MemberView(masks.name(self._office.name_of(row)), relation.scheme if relation else "", facts)

    def is_bound(self) -> bool:
        """Whether this thread is bound at all, fresh or not."""
        return self._gate.bound() is not None

    def begin(self, name: str, id_token: str) -> str:
        """Start a challenge: `sent` (whether or not the person exists), `bad_number`, `locked` or `too_many`."""
        number, name = normal(self._clear(id_token)), self._clear(name)
        if number is None:
            return "bad_number"
        targets = self._office.targets(number)
        found = self._people.member_by_hash(targets)
        right = same_name(name, self._office.name_of(found) if found else self._office.nobody())
        return self._challenge(targets, self._gate.standing(found) if right else None)

    def refresh(self) -> str:
        """Send a fresh code to the bound member: `sent`, `merged`, `no_phone`, `closed`, `locked` or `too_many`."""
        bound = self._gate.bound()
        first = None if bound is None else self._people.member(bound)
        row = self._gate.standing(first)
        if first is None or row is None:
            return "closed"
        if row.phone_cipher is None:
            return "no_phone"
        outcome = self._challenge(self._office.targets(self._office.identity_of(row)), row)
        return "merged" if outcome == "sent" and row.id != first.id else outcome

    def verify(self, code: str) -> str:
        """Check a code: `ok`, `wrong`, `old`, `used`, `foreign`, `expired`, `locked`, `none`."""
        challenge = self._people.challenge(self._thread.id)
        if challenge is None:
            return "none"
        typed = fold(self._clear(code)).strip()
        if challenge.closed and challenge.tries < self._office.limits.tries:
            return "used" if self._matches(challenge, typed) else "none"
        self._people.hold(challenge.target)
        if challenge.closed or self._is_locked([challenge.target]):
            return "locked"
        if self._now > challenge.expires_at:
            return "expired"
        right = self._matches(challenge, typed)
        if challenge.member_id is None or not right:
            return self._wrong(challenge, typed)
        self._bind(challenge, challenge.member_id)
        return "ok"

    def unbind(self) -> bool:
        """Forget the binding; False when there was none."""
        bound = self._gate.bound()
        if bound is not None:
            self._gate.note("unbind", bound)
        return self._people.drop_binding(self._thread.id)

    def redeem(self, token: str) -> str:
        """Use a one-time code of the counter or of another member: `bound`, `mandate`, `bind_first`, `own`, `dead`."""
        code = self._clear(token)
        if counter.redeem(self._tx, self._office, self._thread, code, self._now):
            return "bound"
        holder = self._gate.open("take_up_mandate")
        holder_id = None if holder is None else holder.id
        return mandates.take_up(self._tx, self._office, self._thread, code, holder_id=holder_id, now=self._now)

    def _clear(self, said: str) -> str:
        """What stands behind a token; anything else is taken as it is."""
        if not said.startswith("⟦"):
            return said
        return reveal(self._tx, self._office.vault, self._thread.id, said) or ""

    def _challenge(self, targets: list[str], row: MemberRow | None) -> str:
        self._people.hold(targets[0])
        if self._is_locked(targets):
            return "locked"
        limits = self._office.limits
        mine = self._people.attempts(thread_id=self._thread.id, since=self._now - DAY)
        theirs = self._people.attempts(targets=targets, since=self._now - DAY)
        sends = sum(one.what == "send" for one in mine)
        if sends >= limits.sends_per_thread or _since_ok(theirs, "send") >= limits.sends_per_number:
            return "too_many"
        self._close_open()
        self._note(targets[0], "send")
        self._put_challenge(targets[0], row)
        return "sent"

    def _put_challenge(self, target: str, row: MemberRow | None) -> None:
        code, id_ = f"{secrets.randbelow(1_000_000):06d}", new_id()
        vault, until = self._office.vault, self._now + self._office.limits.code_life
        cipher, hashed = vault.seal(code, f"challenge:{id_}"), vault.digest("code", f"{id_}:{code}")
        member_id = None if row is None else row.id
        self._people.put_challenge(ChallengeRow(id_, self._thread.id, target, member_id, hashed, cipher, until))
        self._tx.add_effect(EffectRow(new_id(), self._thread.id, SEND_CODE, {"challenge": id_}, created_at=self._now))
        self._gate.note("ask_code", member_id)

    def _close_open(self) -> None:
        challenge = self._people.challenge(self._thread.id)
        if challenge is not None and not challenge.closed:
            self._people.put_challenge(replace(challenge, closed=True, code_cipher=None))

    def _is_locked(self, targets: list[str]) -> bool:
        """Whether this person's codes were guessed wrong too often, in whatever channel, since the last right one."""
        recent = self._people.attempts(targets=targets, since=self._now - self._office.limits.locked_for)
        return _since_ok(recent, "wrong") >= self._office.limits.tries

    def _matches(self, challenge: ChallengeRow, typed: str) -> bool:
        hashes = self._office.vault.digests("code", f"{challenge.id}:{typed}")
        return any(hmac.compare_digest(one, challenge.code_hash) for one in hashes)

    def _wrong(self, challenge: ChallengeRow, typed: str) -> str:
        """One try less; says so when it was the code of an earlier message, or of another conversation."""
        tries = challenge.tries + 1
        over = tries >= self._office.limits.tries
        cipher = None if over else challenge.code_cipher
        self._people.put_challenge(replace(challenge, tries=tries, closed=over, code_cipher=cipher))
        self._note(challenge.target, "wrong")
        self._gate.note("wrong_code", challenge.member_id)
        others = self._people.challenges(thread_id=self._thread.id, target=challenge.target)
        if over or self._is_locked([challenge.target]):
            return "locked"
        match = next((one for one in others if one.id != challenge.id and self._matches(one, typed)), None)
        if match is None:
            return "wrong"
        return "old" if match.thread_id == self._thread.id else "foreign"

    def _bind(self, challenge: ChallengeRow, member_id: int) -> None:
        self._people.put_challenge(replace(challenge, closed=True, code_cipher=None))
        self._note(challenge.target, "ok")
        self._people.put_binding(BindingRow(self._thread.id, member_id, self._now, self._now))
        self._tx.drop_secrets(thread_id=self._thread.id)
        self._gate.note("bind", member_id)

    def _note(self, target: str, what: str) -> None:
        self._people.add_attempt(AttemptRow(new_id(), target, self._thread.id, what, self._now))


def _since_ok(attempts: list[AttemptRow], what: str) -> int:
    """How often something happened since the person last gave the right code."""
    count = 0
    for one in attempts:
        count = 0 if one.what == "ok" else count + (one.what == what)
    return count
