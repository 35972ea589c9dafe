"""Sends messages of a Telegram bot, and says what the platform made of each.

Protocol: core.telegram.org/bots/api#sendmessage, #inlinekeyboardbutton, #responseparameters.
"""

from __future__ import annotations

from datetime import timedelta

import httpx
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions
from telegram.error import BadRequest, Forbidden, NetworkError, RetryAfter, TelegramError, TimedOut

from bot.channels.port import Blocked, Capabilities, NotSent, Outcome, Sent, Shows, Unknown
from bot.channels.render import Button, first_of
from bot.storage.port import OutboxRow

MOST_TEXT = 4096
MOST_CALLBACK = 64
"""Bytes of a button's value; the conversation makes none longer (`handlers.choices`)."""
_QUIET = LinkPreviewOptions(is_disabled=True)


class TelegramChannel:
    """The private chats of a bot, or its groups; plain text, so that nothing in it can be taken for markup."""

    takes_our_id = False
    per_second = 25.0

    def __init__(self, bot: Bot, account: str, name: str, personal: Shows) -> None:
        self.name = name
        self.account = account
        self.can = Capabilities(most=MOST_TEXT, unit="utf16", buttons=12, label=60, edits=True, personal=personal)
        self._bot = bot

    async def send(self, row: OutboxRow) -> Outcome:
        """Send the next piece."""
        piece, rest = first_of(row, self.can)
        try:
            await self._bot.send_message(
                int(row.body["chat"]),
                piece.text,
                reply_markup=keyboard(piece.buttons),
                link_preview_options=_QUIET,
            )
        except TelegramError as fault:
            return outcome_of(fault)
        return Sent(rest)


def keyboard(buttons: tuple[Button, ...]) -> InlineKeyboardMarkup | None:
    """One button a row: labels are sentences."""
    short = [one for one in buttons if len(one.value.encode()) <= MOST_CALLBACK]
    rows = [[InlineKeyboardButton(one.label, callback_data=one.value)] for one in short]
    return InlineKeyboardMarkup(rows) if rows else None


def outcome_of(fault: TelegramError) -> Outcome:
    """What became of a message that the platform or the line refused."""
    if isinstance(fault, RetryAfter):
        return NotSent("429", retry_after=pause_of(fault))
    if isinstance(fault, Forbidden):
        return Blocked()
    if isinstance(fault, BadRequest):
        return NotSent(fault.message[:200], final=True)
    if isinstance(fault, TimedOut):
        return Unknown("timed out")
    if isinstance(fault, NetworkError):
        broken = isinstance(fault.__cause__, httpx.HTTPError) and not isinstance(fault.__cause__, httpx.ConnectError)
        return Unknown("connection broke") if broken else NotSent("no connection, or the platform failed")
    return NotSent(type(fault).__name__)


def pause_of(fault: RetryAfter) -> float:
    """The seconds the platform asked for."""
    asked = fault.retry_after
    return asked.total_seconds() if isinstance(asked, timedelta) else float(asked)
