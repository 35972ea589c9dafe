"""What an update of Telegram means to us. Protocol: core.telegram.org/bots/api#update.

In a group only what is addressed to the bot is looked at, and its threads are of the channel `telegram-group`, where
nothing personal is ever shown.
"""

from __future__ import annotations

from dataclasses import dataclass

from telegram import CallbackQuery, ChatMemberUpdated, Message, MessageEntity, Update, User

from bot.channels.intake import NO_PICTURE, NO_PLACE, NO_VOICE
from bot.channels.telegram.menu import COMMANDS, read_payload

PRIVATE, GROUP = "telegram", "telegram-group"
ALLOWED = ["message", "callback_query", "my_chat_member"]
"""The kinds of updates we ask for."""


@dataclass(frozen=True, slots=True)
class Said:
    """For the conversation."""

    text: str = ""
    choice: str | None = None
    event: str | None = None


@dataclass(frozen=True, slots=True)
class Aside:
    """Answered with a fixed sentence."""

    heard: str
    answer: str


@dataclass(frozen=True, slots=True)
class Presence:
    """The member blocked the bot or let it in again."""

    blocked: bool


@dataclass(frozen=True, slots=True)
class Heard:
    """One update with its address; `tap` is the button's call, to be answered and marked."""

    key: str
    channel: str
    chat: str
    person: str
    meaning: Said | Aside | Presence
    tap: CallbackQuery | None = None


def heard(update: Update, me: User) -> Heard | None:
    """What an update says; None when it is nothing to us."""
    key = str(update.update_id)
    if update.callback_query is not None:
        return _tapped(key, update.callback_query)
    if update.my_chat_member is not None:
        return _presence(key, update.my_chat_member)
    message = update.message
    if message is None or message.from_user is None or message.from_user.is_bot:
        return None
    private = message.chat.type == "private"
    meant = _meaning(message, me) if private or _addressed(message, me) else None
    if meant is None or not (private or isinstance(meant, Said)):
        return None
    channel = PRIVATE if private else GROUP
    return Heard(key, channel, str(message.chat.id), str(message.from_user.id), meant)


def _tapped(key: str, query: CallbackQuery) -> Heard | None:
    if query.message is None or not query.data:
        return None
    chat = query.message.chat
    channel = PRIVATE if chat.type == "private" else GROUP
    return Heard(key, channel, str(chat.id), str(query.from_user.id), Said(choice=query.data), query)


def _presence(key: str, change: ChatMemberUpdated) -> Heard | None:
    if change.chat.type != "private":
        return None
    blocked = change.new_chat_member.status == "kicked"
    return Heard(key, PRIVATE, str(change.chat.id), str(change.from_user.id), Presence(blocked))


def _addressed(message: Message, me: User) -> bool:
    """Whether a message in a group is for the bot: it answers the bot, names it, or is a command for it."""
    answered = message.reply_to_message
    if answered is not None and answered.from_user is not None and answered.from_user.id == me.id:
        return True
    name = f"@{me.username}".lower()
    for entity, words in message.parse_entities().items():
        if entity.type == MessageEntity.MENTION and words.lower() == name:
            return True
        if entity.type == MessageEntity.TEXT_MENTION and entity.user is not None and entity.user.id == me.id:
            return True
        if entity.type == MessageEntity.BOT_COMMAND and words.lower().endswith(name):
            return True
    return False


def _meaning(message: Message, me: User) -> Said | Aside | None:
    if message.text is not None:
        return _words(message.text, me)
    if message.location is not None or message.venue is not None:
        return Aside("", NO_PLACE)
    if message.voice is not None or message.audio is not None:
        return Aside("[语音]", NO_VOICE)
    if message.photo or message.document or message.video or message.sticker or message.video_note:
        return Aside("[图片或文件]", NO_PICTURE)
    return None


def _words(text: str, me: User) -> Said:
    """A text without the bot's name; a command is its choice."""
    words = text.replace(f"@{me.username}", " ").strip() if me.username else text
    if not words.startswith("/"):
        return Said(words)
    name, _, rest = words[1:].partition(" ")
    if name == "start":
        choice = read_payload(rest.strip()) if rest.strip() else None
        return Said(choice=choice) if choice else Said(event="start")
    if name in COMMANDS and not rest.strip():
        return Said(choice=COMMANDS[name][0])
    return Said(rest.strip() or name)
