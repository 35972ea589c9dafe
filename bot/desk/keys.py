"""Keys of the office's own systems: made, found by what a request carries, revoked. Only a hash is kept."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from bot.desk.errors import BadAct
from bot.storage.port import ApiKeyRow, Tx, new_id

SCOPES = {
    "cases": "看会话的时间、原因、结果(不含对话内容)",
    "transcripts": "看对话内容",
    "notes": "给会话写备注",
    "figures": "看统计",
    "worklist": "看待处理的回答",
    "answers": "查政策条目、测算",
}
PREFIX = "yb_"
TOUCH = timedelta(minutes=5)


def hash_of(key: str) -> str:
    """What the database keeps: the key has 256 random bits, so that a plain hash tells nothing."""
    return hashlib.sha256(key.encode()).hexdigest()


def add(tx: Tx, name: str, scopes: Iterable[str], by: str, now: datetime) -> str:
    """A new key; the value returned is shown once and never again.

    Raises:
        BadAct: no name, no scope, an unknown scope, or the name is in use.
    """
    wanted = sorted(set(scopes))
    if not name.strip() or not wanted or not set(wanted) <= set(SCOPES):
        raise BadAct(f"要有名称,权限从这些里选:{'、'.join(SCOPES)}。")
    if any(row.name == name and row.revoked_at is None for row in tx.api_keys()):
        raise BadAct(f"已经有名为 {name} 的密钥;换一个名称,或先吊销它。")
    key = PREFIX + secrets.token_urlsafe(32)
    row = ApiKeyRow(new_id(), name.strip(), hash_of(key), wanted, by, now)
    tx.put_api_key(row)
    tx.note_audit(by, "api_key.added", row.id, {"name": row.name, "scopes": wanted}, now)
    return key


def revoke(tx: Tx, name: str, by: str, now: datetime) -> None:
    """A key stops working at once.

    Raises:
        BadAct: no key in use has this name.
    """
    row = next((row for row in tx.api_keys() if row.name == name and row.revoked_at is None), None)
    if row is None:
        raise BadAct(f"没有名为 {name} 的在用密钥。")
    row.revoked_at = now
    tx.put_api_key(row)
    tx.note_audit(by, "api_key.revoked", row.id, {"name": row.name}, now)


def find(tx: Tx, key: str, now: datetime) -> ApiKeyRow | None:
    """The key a request carries; None when it is unknown or revoked. Its use is noted every few minutes."""
    if not key.startswith(PREFIX):
        return None
    hashed = hash_of(key)
    row = next((row for row in tx.api_keys() if secrets.compare_digest(row.key_hash, hashed)), None)
    if row is None or row.revoked_at is not None:
        return None
    if row.used_at is None or now - row.used_at > TOUCH:
        row.used_at = now
        tx.put_api_key(row)
    return row
