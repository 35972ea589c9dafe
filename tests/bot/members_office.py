"""A small office with the sample people, for the tests of members: a store, a clock, a terminal where codes appear."""

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from bot.members.codes import TerminalSender, send_code
from bot.members.membership import Membership
from bot.members.sample import fill, sample_people
from bot.members.wiring import accounts_port, identity_port
from bot.privacy.secrets import keep
from bot.privacy.tokens import clean
from bot.privacy.vault import Vault
from bot.storage.memory.store import MemoryStore
from bot.storage.postgres import PostgresStore
from bot.storage.sqlite import SqliteStore

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
TODAY = date(2026, 11, 20)
WANG, LI, ZHANG, CHEN, ZHAO, SUN = sample_people()


@dataclass
class Office:
    """A small office with the sample people, its clock, and the terminal where codes appear."""

    store: MemoryStore | SqliteStore | PostgresStore
    now: datetime = NOW
    membership: Membership = field(default_factory=lambda: Membership(Vault.ephemeral(), office="示例医保中心"))
    terminal: list[str] = field(default_factory=list)

    def __post_init__(self):
        self.store.run_sync(lambda tx: fill(self.membership.people(tx), self.membership, TODAY))

    def do(self, thread, work, channel="web"):
        def turn(tx):
            row = tx.thread_for(channel, "main", thread, thread)
            return work(identity_port(tx, row, self.now, self.membership))

        result = self.store.run_sync(turn)
        self.effects()
        return result

    def effects(self):
        rows = self.store.run_sync(lambda tx: tx.take_effects(10))
        sender = TerminalSender(self.terminal.append)
        for row in rows:
            assert row.kind == "send_code"
            assert set(row.body) == {"challenge"}
            asyncio.run(send_code(self.store, sender, self.membership, row.body["challenge"], lambda: self.now))

    def begin(self, thread, name, number, channel="web"):
        cleaned = clean(number, awaiting_code=False)

        def keep_tokens(tx):
            row = tx.thread_for(channel, "main", thread, thread)
            keep(tx, self.membership.vault, row.id, cleaned.values, self.now)

        self.store.run_sync(keep_tokens)
        return self.do(thread, lambda identity: identity.begin(name, cleaned.text), channel)

    def verify(self, thread, code, channel="web"):
        return self.do(thread, lambda identity: identity.verify(code), channel)

    def bind(self, thread, person, channel="web"):
        assert self.begin(thread, person.name, person.number, channel) == "sent"
        assert self.verify(thread, self.code(), channel) == "ok"

    def code(self):
        text = self.terminal[-1]
        return text[text.index("验证码 ") + 4 :][:6]

    def member(self, thread, channel="web"):
        return self.do(thread, lambda identity: identity.member(), channel)

    def overview(self, thread, channel="web", cap=24_000_000):
        def turn(tx):
            row = tx.thread_for(channel, "main", thread, thread)
            return accounts_port(tx, row, self.now, self.membership, lambda *_: cap).overview(TODAY)

        return self.store.run_sync(turn)

    def audit(self):
        return list(self.store.run_sync(lambda tx: list(tx.audit())))

    def wrong(self):
        return f"{(int(self.code()) + 1) % 1_000_000:06d}" if self.terminal else "000000"
