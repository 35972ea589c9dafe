"""Keeps the values of a message's tokens locked beside the transcript for a few minutes, until a turn has used them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from bot.privacy.vault import Unreadable, Vault
from bot.storage.port import Tx

KEPT = timedelta(minutes=30)


def keep(tx: Tx, vault: Vault, thread_id: str, values: Mapping[str, str], now: datetime) -> None:
    """Lock what `clean` took out of a message; a later message's token of the same name takes the place."""
    for token, value in values.items():
        tx.put_secret(thread_id, token, vault.seal(value, _about(thread_id, token)), now + KEPT)


def reveal(tx: Tx, vault: Vault, thread_id: str, token: str) -> str | None:
    """The value behind a token of this thread; None when it is gone or was never there."""
    blob = tx.secret(thread_id, token)
    return None if blob is None else opened(vault, thread_id, token, blob)


def opened(vault: Vault, thread_id: str, token: str, blob: bytes) -> str | None:
    """The value of a ciphertext that was kept under this token; None when it cannot be read."""
    try:
        return vault.unseal(blob, _about(thread_id, token))
    except Unreadable:
        return None


def _about(thread_id: str, token: str) -> str:
    return f"secret:{thread_id}:{token}"
