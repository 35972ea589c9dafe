"""Puts the product together: store, rulebook, runtime, ports of a turn, effects and pages. The only place that does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import aiohttp
from aiohttp import web
from sqlalchemy import select

from bot import demo as sample
from bot.channels.build import configured
from bot.channels.port import Hosted
from bot.channels.pump import Pump
from bot.clock import Clock, utc_now
from bot.desk.port import desk_port
from bot.desk.wiring import after_turn, card_hook, pricer, reveal_hook
from bot.engine.effects import EffectWork
from bot.engine.rulebooks import RulebookHolder
from bot.engine.turns import Parts
from bot.members.codes import CodeSender, HttpSender, SendFailed, SmsGateway, TerminalSender, send_code
from bot.members.core import CoreSystem, HttpSource, fetch_effect
from bot.members.forgetting import forget_effect
from bot.members.membership import Limits, Membership
from bot.members.mydata import forget_thread
from bot.members.retention import Retention, sweep
from bot.members.sample import SamplePerson
from bot.members.tables import members
from bot.members.wiring import accounts_port, identity_port, records_port
from bot.parameters import parameter_of
from bot.privacy.secrets import keep
from bot.privacy.tokens import clean
from bot.privacy.vault import Vault
from bot.rulebook import load_rulebook
from bot.runtime import Runtime
from bot.settings import Settings
from bot.storage.opening import open_store
from bot.storage.port import EffectRow, ParameterRow, Store, ThreadRow, Tx
from bot.web import WebConfig, build_web_app
from bot.web.site import Hooks
from estimator.money import parse_yuan
from handlers.ports import Ports
from handlers.rulebook import Rulebook
from handlers.turn import reply_to

ENDLESS_BILL = "99999999.00"
"""The largest bill that the estimator takes; far above every cap."""


@dataclass(slots=True)
class Installation:
    """One running office. `close` lets go of everything."""

    settings: Settings
    sample: bool
    store: Store
    membership: Membership
    runtime: Runtime
    people: list[SamplePerson]
    pages: web.Application
    hosted: list[Hosted]
    """The configured channels besides the web; none in a sample office."""
    pump: Pump

    async def close(self) -> None:
        """Stop the background work, then the database."""
        await self.runtime.stop()
        await self.store.close()


def build(
    settings: Settings, *, demo: bool, show: Callable[[str], None] = print, clock: Clock = utc_now
) -> Installation:
    """Open the database and put everything together; `show` takes the codes of a sample office.

    Raises:
        StorageError: the database cannot be opened, is newer, or is of the other kind.
        VaultError: the key file is missing or broken.
        ContentError: the content cannot be used.
    """
    store = open_store(settings.database(demo=demo), size=settings.database_connections)
    try:
        return _build(settings, store, demo=demo, show=show, clock=clock)
    except BaseException:
        store.close_sync()
        raise


def _build(settings: Settings, store: Any, *, demo: bool, show: Callable[[str], None], clock: Clock) -> Installation:
    store.run_sync(lambda tx: sample.mark(tx, demo=demo))
    vault = Vault.open(settings.key_file(demo=demo), create=store.run_sync(_nothing_locked))
    people = store.run_sync(lambda tx: sample.furnish(tx, Membership(vault), clock())) if demo else []
    rulebooks = RulebookHolder(store, rulebook_builder(settings))
    rulebooks.load()
    office = rulebooks.current.office
    limits, fresh = Limits(idle=timedelta(minutes=settings.binding_minutes)), timedelta(minutes=settings.core_minutes)
    membership = Membership(vault, office.name, limits, core_fresh=fresh if settings.core_url else None)
    effects = _effects(settings, store, membership, _sender(settings, demo=demo, show=show), clock)
    keep_until = Retention.of(settings)
    parts = _parts(membership, rulebooks, settings.public_url)
    runtime = Runtime(
        store, rulebooks, parts, effects=effects, chores=(lambda tx, now: sweep(tx, now, keep_until),), clock=clock
    )
    pages = build_web_app(
        runtime, _web_config(settings, demo=demo), office, _hooks(membership, rulebooks, clock), clock
    )
    hosted = [] if demo else configured(settings, runtime)
    for channel in hosted:
        pages.add_routes(channel.routes())
    pump = Pump(store, [account for channel in hosted for account in channel.channels()], clock)
    return Installation(settings, demo, store, membership, runtime, people, pages, hosted, pump)


def _effects(
    settings: Settings, store: Store, membership: Membership, sender: CodeSender, clock: Clock
) -> dict[str, EffectWork]:
    """What runs after a commit: codes, deletions, and questions to the core system where there is one."""
    effects: dict[str, EffectWork] = {
        "send_code": _code_effect(store, sender, membership, clock),
        "forget_me": forget_effect(store, clock),
    }
    if settings.core_url:
        system = CoreSystem(
            settings.core_url, settings.core_token, settings.core_office, settings.core_region, settings.core_codes
        )
        effects["fetch_balance"] = fetch_effect(store, HttpSource(system, store, membership, clock), membership, clock)
    return effects


def _nothing_locked(tx: Tx) -> bool:
    """Whether no member is in the database yet, so that a key file may still be made."""
    return tx.sql.execute(select(members.c.id).limit(1)).first() is None


def rulebook_builder(settings: Settings) -> Callable[[list[ParameterRow]], Rulebook]:
    """What makes a rulebook of the office's values; the search index is kept in the data directory."""

    def build_rulebook(rows: list[ParameterRow]) -> Rulebook:
        return load_rulebook(map(parameter_of, rows), overlay=settings.overlay, cache=settings.data_dir / "cache")

    return build_rulebook


def _parts(membership: Membership, rulebooks: RulebookHolder, page: str) -> Parts:
    def ports_for(tx: Tx, thread: ThreadRow, now: datetime) -> Ports:
        return Ports(
            identity_port(tx, thread, now, membership),
            accounts_port(tx, thread, now, membership, fund_cap(rulebooks.current)),
            desk_port(tx, thread, now, rulebooks.current.office),
            records_port(tx, thread, now, membership),
            shows=membership.channel_shows(thread.channel),
            page=page,
        )

    def take_out(text: str, awaiting: str) -> tuple[str, dict[str, str]]:
        cleaned = clean(text, awaiting_code=awaiting == "code", awaiting_name=awaiting == "name")
        return cleaned.text, cleaned.values

    def put_aside(tx: Tx, thread_id: str, values: dict[str, str], now: datetime) -> None:
        keep(tx, membership.vault, thread_id, values, now)

    return Parts(reply_to, ports_for, take_out, put_aside, after_turn(rulebooks))


def fund_cap(rulebook: Rulebook) -> Callable[[str, date], int | None]:
    """The fund's yearly limit in fen: what it pays of an endless bill; None where rules or wage leave it open."""

    def cap(scheme: str, day: date) -> int | None:
        known = {"status": "active", "age": 40, "hospital_level": "tertiary", "admission_no": 1, "self_paid": "0"}
        bill = {"scheme": scheme, "as_of": day.isoformat(), "total": ENDLESS_BILL, "class_b": "0", "fund_used": "0"}
        priced = rulebook.estimate({**known, **bill})
        return parse_yuan(priced["fund_pays"]) if priced["status"] == "ok" else None

    return cap


class _NoGateway:
    """Where no SMS gateway is set, no code can be sent."""

    async def send(self, phone: str, text: str) -> None:
        """Always fails, with the remedy."""
        del phone, text
        raise SendFailed("没有设置短信网关,请设 YIBAO_SMS_URL 和 YIBAO_SMS_TOKEN")


class _Gateway:
    """The office's SMS gateway; one HTTP session a message, since codes are rare."""

    def __init__(self, gateway: SmsGateway) -> None:
        self._gateway = gateway

    async def send(self, phone: str, text: str) -> None:
        """Send through the gateway."""
        async with aiohttp.ClientSession() as session:
            await HttpSender(self._gateway, session).send(phone, text)


def _sender(settings: Settings, *, demo: bool, show: Callable[[str], None]) -> CodeSender:
    if demo:
        return TerminalSender(show)
    return _Gateway(SmsGateway(settings.sms_url, settings.sms_token)) if settings.sms_url else _NoGateway()


def _code_effect(store: Store, sender: CodeSender, membership: Membership, clock: Clock) -> EffectWork:
    async def send(row: EffectRow) -> None:
        await send_code(store, sender, membership, row.body["challenge"], clock)

    return send


def _web_config(settings: Settings, *, demo: bool) -> WebConfig:
    return WebConfig(
        secure=settings.https,
        origins=settings.origins,
        proxies=settings.proxies,
        patience=timedelta(minutes=settings.patience_minutes),
        session=timedelta(minutes=settings.session_minutes),
        idle=timedelta(minutes=settings.idle_minutes),
        lock=timedelta(minutes=settings.lock_minutes),
        embed=settings.embed_origins,
        demo_logins=tuple((one.login, one.password) for one in sample.LOGINS) if demo else (),
    )


def _hooks(membership: Membership, rulebooks: RulebookHolder, clock: Clock) -> Hooks:
    rulebook = rulebooks.current
    schemes = {key: scheme.title for key, scheme in rulebook.schemes.items()}
    titles = {key: document.title for key, document in rulebook.library.documents.items()}

    def suggest(text: str) -> list[dict[str, Any]]:
        now = rulebooks.current
        answers = [now.answer(hit.entry_id) for hit in now.search(text).hits]
        return [_entry(answer) for answer in answers if answer is not None]

    def fresh(tx: Tx, thread_id: str) -> bool:
        binding = membership.people(tx).binding(thread_id)
        return binding is not None and clock() - binding.fresh_at <= membership.limits.idle

    return Hooks(
        suggest,
        titles,
        schemes,
        price=pricer(rulebooks),
        card=card_hook(membership, schemes),
        reveal=reveal_hook(membership),
        on_erase=lambda tx, thread_id: forget_thread(tx, membership, thread_id),
        personal_visible=fresh,
    )


def _entry(answer: Any) -> dict[str, Any]:
    cited = [citation.to_json() for citation in answer.citations]
    return {"id": answer.entry, "title": answer.title, "text": answer.text, "citations": cited}
