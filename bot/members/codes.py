"""Sends one-time codes after the turn is committed: to a phone through the office's SMS gateway, or to the terminal.

The terminal is for sample databases only. Nobody's number and no code is ever logged.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

import aiohttp

from bot.members.membership import Membership
from bot.members.port import AttemptRow, ChallengeRow
from bot.privacy import masks
from bot.storage.port import EffectRow, Store, Tx, new_id

log = logging.getLogger(__name__)
DAY = timedelta(days=1)


class SendFailed(Exception):
    """The gateway did not take the message; the reason names neither number nor code."""


class CodeSender(Protocol):
    """Brings a text to a phone."""

    async def send(self, phone: str, text: str) -> None:
        """Send; raises `SendFailed`."""


class TerminalSender:
    """Shows the text in the server's terminal: only for a sample database."""

    def __init__(self, show: Callable[[str], None] = print) -> None:
        self._show = show

    async def send(self, phone: str, text: str) -> None:
        """Print the text under the masked number."""
        self._show(f"[示例短信 → {masks.phone(phone)}] {text}")


@dataclass(frozen=True, slots=True)
class SmsGateway:
    """Where the office's SMS gateway takes messages, and with which key."""

    url: str
    token: str
    timeout: float = 5.0
    tries: int = 2


class HttpSender:
    """Posts `{"phone": …, "text": …}` as JSON to the office's gateway; anything but 2xx is a failure."""

    def __init__(self, gateway: SmsGateway, session: aiohttp.ClientSession) -> None:
        self._gateway = gateway
        self._session = session

    async def send(self, phone: str, text: str) -> None:
        """Send; where the connection never stood it is tried again, never after the gateway may have taken it."""
        for left in reversed(range(self._gateway.tries)):
            try:
                return await self._post(phone, text)
            except aiohttp.ClientConnectorError as error:
                if not left:
                    raise SendFailed("短信网关连接不上") from error
                await asyncio.sleep(0.2)
            except (TimeoutError, aiohttp.ClientError) as error:
                raise SendFailed(f"短信网关没有应答:{type(error).__name__}") from error
        return None

    async def _post(self, phone: str, text: str) -> None:
        headers = {"Authorization": f"Bearer {self._gateway.token}"}
        limit = aiohttp.ClientTimeout(total=self._gateway.timeout)
        body = {"phone": phone, "text": text}
        async with self._session.post(self._gateway.url, json=body, headers=headers, timeout=limit) as answer:
            if not answer.ok:
                raise SendFailed(f"短信网关拒绝:HTTP {answer.status}")


def code_text(office: str, code: str, minutes: int) -> str:
    """What the message says: who asks, what for, how long, and not to read it out to anybody."""
    return (
        f"【{office}】验证码 {code},用于在医保小助手核对您本人身份、查看本人医保信息,{minutes}分钟内有效。"
        "不要念给别人,工作人员也不会问您要;不是您本人操作,请不用理会。"
    )


def code_effect(
    store: Store, sender: CodeSender, membership: Membership, clock: Callable[[], datetime]
) -> Callable[[EffectRow], Awaitable[None]]:
    """The effect `send_code` for the runtime; whatever comes of it, the conversation hears nothing."""

    async def send(effect: EffectRow) -> None:
        await send_code(store, sender, membership, effect.body["challenge"], clock)

    return send


async def send_code(
    store: Store, sender: CodeSender, membership: Membership, challenge_id: str, clock: Callable[[], datetime]
) -> bool:
    """Run the effect `send_code`: True when a message went out. Its outcome must not be told to the conversation."""
    now = clock()
    prepared = await store.run(lambda tx: prepare(tx, membership, challenge_id, now))
    if prepared is None:
        return False
    phone, text = prepared
    try:
        await sender.send(phone, text)
    except SendFailed as error:
        why = str(error)
        log.warning("A one-time code could not be sent: %s", why)
        await store.run(lambda tx: tx.note_audit("system", "code_not_sent", challenge_id, {"why": why}, clock()))
        return False
    return True


def prepare(tx: Tx, membership: Membership, challenge_id: str, now: datetime) -> tuple[str, str] | None:
    """Phone and text of a challenge that is open and real; the code itself is forgotten here."""
    people = membership.people(tx)
    challenge = people.challenge_by_id(challenge_id)
    if challenge is None or challenge.closed or challenge.code_cipher is None or now > challenge.expires_at:
        return None
    people.put_challenge(replace(challenge, code_cipher=None))
    phone = _phone(tx, membership, challenge, now)
    if phone is None:
        return None
    code = membership.vault.unseal(challenge.code_cipher, f"challenge:{challenge_id}")
    minutes = int(membership.limits.code_life.total_seconds() // 60)
    return phone, code_text(membership.office, code, minutes)


def _phone(tx: Tx, membership: Membership, challenge: ChallengeRow, now: datetime) -> str | None:
    """The member's phone, unless it has had its messages of the day (a family may share one)."""
    people = membership.people(tx)
    member = None if challenge.member_id is None else people.member(challenge.member_id)
    phone = None if member is None else membership.phone_of(member)
    if phone is None:
        return None
    hashes = membership.vault.digests("phone", phone)
    sent = [one for one in people.attempts(targets=hashes, since=now - DAY) if one.what == "sms"]
    if len(sent) >= 2 * membership.limits.sends_per_number:
        return None
    people.add_attempt(AttemptRow(new_id(), hashes[0], challenge.thread_id, "sms", now))
    return phone
