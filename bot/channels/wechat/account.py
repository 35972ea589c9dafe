"""Sends customer-service messages of an official account, within what the platform allows after a member wrote.

Protocol: developers.weixin.qq.com/doc/service/guide/product/message/Service_Center_messages.html.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.channels.port import KEPT, Capabilities, NotSent, Outcome, Sent
from bot.channels.render import first_of
from bot.channels.wechat.claim import ANSWERED
from bot.channels.weixin.api import WxApi
from bot.channels.weixin.token import TokenKeeper
from bot.clock import Clock
from bot.storage.port import MessageRow, OutboxRow, Store, Tx

WECHAT = Capabilities(most=2048, unit="bytes", quota=5, links=True)
WRITTEN = (timedelta(hours=48), 5)
"""After words of the member: so long, so many messages."""
TAPPED = (timedelta(minutes=1), 3)
"""After a tap in the menu, following or scanning."""
HELD_BACK = frozenset({45015, 45047, 48001})
"""No more for now, or no such right: what was to be said is kept for the next answer."""
_FREE = (ANSWERED, "merged")
"""How rows are marked that went out without a message of their own: in a response, or with a later line of the agent
(`bot.desk.lines`)."""
_LOOK_BACK = 50
_MOST_ROWS = 2000


@dataclass(frozen=True, slots=True)
class WechatKeys:
    """What the operator copied from the platform's pages."""

    appid: str
    secret: str
    token: str
    aes_key: str = ""
    base: str = "https://api.weixin.qq.com"


def api_of(keys: WechatKeys) -> WxApi:
    """Calls with the account's token, which one task at a time asks for."""
    api = WxApi(keys.base)

    async def fetch(refused: bool) -> tuple[str, float]:  # noqa: FBT001  (the keeper's port)
        body = {
            "grant_type": "client_credential",
            "appid": keys.appid,
            "secret": keys.secret,
            "force_refresh": refused,
        }
        told = await api.raw("POST", "/cgi-bin/stable_token", body)
        return str(told["access_token"]), float(told["expires_in"])

    api.kept_by(TokenKeeper(fetch))
    return api


class WechatChannel:
    """The account as the outbox sees it."""

    name = "wechat"
    takes_our_id = False
    per_second = 50.0
    can = WECHAT

    def __init__(self, account: str, api: WxApi | None, store: Store, clock: Clock) -> None:
        """Send for `account` (its appid); without `api`, where the account has no such right, everything is kept."""
        self.account = account
        self._api = api
        self._store = store
        self._clock = clock

    async def send(self, row: OutboxRow) -> Outcome:
        """Send the next piece, if the quota leaves one."""
        if self._api is None:
            return NotSent(f"{KEPT}: answers only", final=True)
        now = self._clock()
        if await self._store.run(lambda tx: quota_left(tx, row.thread_id, now)) < 1:
            return NotSent(f"{KEPT}: no quota", final=True)
        piece, rest = first_of(row, self.can)
        body = {"touser": row.body["person"], "msgtype": "text", "text": {"content": piece.text}}
        outcome = await self._api.deliver("/cgi-bin/message/custom/send", body, kept=HELD_BACK)
        return Sent(rest) if isinstance(outcome, Sent) else outcome


def quota_left(tx: Tx, thread_id: str, now: datetime) -> int:
    """How many customer-service messages may go to a thread now, counted from its rows; the platform has the last word.

    Answers in the response to a message cost nothing, and lines of an agent that went out together are one message.
    """
    rows = tx.outbox(thread_id=thread_id, limit=_MOST_ROWS)
    sent = [row.seq for row in rows if row.status in {"sent", "unknown"} and not row.error.startswith(_FREE)]
    lines = [line for line in tx.messages(thread_id, limit=_LOOK_BACK, newest=True) if line.who == "member"]
    words = next((line for line in reversed(lines) if "choice" not in line.meta), None)
    taps = next((line for line in reversed(lines) if "choice" in line.meta), None)
    if not lines:
        thread = tx.thread(thread_id)
        followed = thread.created_at if thread else None
        return TAPPED[1] - len(sent) if followed and now - followed <= TAPPED[0] else 0
    return max(_left(words, WRITTEN, sent, now), _left(taps, TAPPED, sent, now))


def _left(line: MessageRow | None, allowed: tuple[timedelta, int], sent: list[int], now: datetime) -> int:
    if line is None or now - line.at > allowed[0]:
        return 0
    return max(0, allowed[1] - sum(seq > line.seq for seq in sent))
