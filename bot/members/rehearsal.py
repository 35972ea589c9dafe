"""A sample office in memory, for `yibao chat --demo`: members bind and see balances; codes appear beside the talk."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from bot.members.accounts import FundCap
from bot.members.codes import prepare
from bot.members.membership import Membership
from bot.members.sample import SamplePerson, fill
from bot.members.wiring import accounts_port, identity_port, records_port
from bot.privacy import masks
from bot.privacy.secrets import keep
from bot.privacy.tokens import clean
from bot.privacy.vault import Vault
from bot.storage.memory import MemoryStore
from bot.storage.port import ThreadRow, Tx
from handlers.messages import SHANGHAI
from handlers.ports import Desk, Ports

T = TypeVar("T")


class Rehearsal:
    """Conversations by name over one sample office; `show` takes the text messages that would go to phones."""

    def __init__(self, fund_cap: FundCap, show: Callable[[str], object], now: datetime) -> None:
        self._store = MemoryStore()
        self._membership = Membership(Vault.ephemeral(), office="示例医保中心")
        self._fund_cap = fund_cap
        self._show = show
        self.people: list[SamplePerson] = self._store.run_sync(lambda tx: self._fill(tx, now))

    def _fill(self, tx: Tx, now: datetime) -> list[SamplePerson]:
        return fill(self._membership.people(tx), self._membership, now.astimezone(SHANGHAI).date())

    def take_out(self, name: str, text: str, now: datetime, *, awaiting: str) -> str:
        """A text with tokens for personal data, whose values stay with the talk; `awaiting` as in the engine."""
        cleaned = clean(text, awaiting_code=awaiting == "code", awaiting_name=awaiting == "name")

        def aside(tx: Tx) -> None:
            keep(tx, self._membership.vault, _thread(tx, name).id, cleaned.values, now)

        if cleaned.values:
            self._store.run_sync(aside)
        return cleaned.text

    def turn(self, name: str, now: datetime, desk: Desk, talk: Callable[[Ports], T]) -> T:
        """Run a turn with the ports of a conversation, then send what it asked to send."""

        def work(tx: Tx) -> T:
            thread = _thread(tx, name)
            identity = identity_port(tx, thread, now, self._membership)
            accounts = accounts_port(tx, thread, now, self._membership, self._fund_cap)
            return talk(Ports(identity, accounts, desk, records_port(tx, thread, now, self._membership)))

        said = self._store.run_sync(work)
        for phone, text in self._store.run_sync(lambda tx: self._texts(tx, now)):
            self._show(f"[示例短信 → {masks.phone(phone)}] {text}")
        return said

    def _texts(self, tx: Tx, now: datetime) -> list[tuple[str, str]]:
        ready = []
        for effect in tx.take_effects(10, now):
            if effect.kind == "send_code":
                ready.append(prepare(tx, self._membership, effect.body["challenge"], now))
            tx.finish_effect(effect.id, "done")
        return [one for one in ready if one is not None]


def _thread(tx: Tx, name: str) -> ThreadRow:
    return tx.thread_for("chat", "main", name, name)
