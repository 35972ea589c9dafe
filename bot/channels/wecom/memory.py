"""What must be remembered of a WeCom account between two calls: how far it was read, and who is with a person."""

from __future__ import annotations

import hashlib

from bot.storage.port import Tx


def _key(kind: str, *parts: str) -> str:
    """A short key; the ids of the platform are longer than a key may be."""
    return f"wecom_{kind}:{hashlib.sha256('/'.join(parts).encode()).hexdigest()[:40]}"


def cursor(tx: Tx, corpid: str, service: str) -> str:
    """Where the next reading of a service account begins; empty for the beginning."""
    return tx.meta(_key("cursor", corpid, service)) or ""


def put_cursor(tx: Tx, corpid: str, service: str, value: str) -> None:
    """Go on from here next time."""
    tx.put_meta(_key("cursor", corpid, service), value)


def with_person(tx: Tx, service: str, customer: str) -> bool:
    """Whether the session is with a person in WeCom, or waits for one: the bot is silent."""
    return tx.meta(_key("held", service, customer)) == "1"


def put_person(tx: Tx, service: str, customer: str, *, held: bool) -> None:
    """A person took the session, or it ended."""
    if held or with_person(tx, service, customer):
        tx.put_meta(_key("held", service, customer), "1" if held else "")
