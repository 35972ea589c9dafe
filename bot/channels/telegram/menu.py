"""The commands of the Telegram menu, and links that open the chat at a certain place."""

from __future__ import annotations

import base64
import binascii

from handlers.choices import split

COMMANDS = {
    "start": ("do:menu", "开始"),
    "estimate": ("do:estimate", "算住院自己要付多少"),
    "balance": ("do:balance", "查个人账户余额"),
    "human": ("do:human", "转人工"),
    "cancel": ("do:cancel", "取消正在办的事"),
    "unbind": ("do:unbind", "解除身份绑定"),
}
"""Command: the choice it stands for, and its line in the menu. Telegram allows no Chinese in the command itself
(core.telegram.org/bots/api#botcommand)."""
MOST_PAYLOAD = 64
"""Of a deep link (core.telegram.org/bots/features#deep-linking)."""


def payload(choice: str) -> str:
    """A choice as the `start` of a link `https://t.me/<bot>?start=…`; shorter than 48 bytes.

    >>> read_payload(payload("do:estimate"))
    'do:estimate'
    """
    text = base64.urlsafe_b64encode(choice.encode()).decode().rstrip("=")
    if len(text) > MOST_PAYLOAD:
        raise ValueError("too long for a deep link")
    return text


def read_payload(text: str) -> str | None:
    """The choice in a link: the name of a command, or what `payload` made; None for anything else."""
    if text in COMMANDS:
        return COMMANDS[text][0]
    try:
        choice = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode()
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return None
    return choice if split(choice)[0] else None
