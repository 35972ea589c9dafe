"""Seals the audit log into a chain, so that a line changed or deleted is found.

Lines are appended freely; once a minute one job seals the new ones in the order of their ids: each seal is a keyed hash
of the line and of the seal before it. The key lies in the key file, so that whoever can write to the database cannot
make seals. Cutting off the end of log and chain together shows when the last seal written down elsewhere is missing.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select, text

from bot.members.tables import seals
from bot.privacy.vault import Vault
from bot.storage.tables import audit

START = "0" * 64
CHUNK = 5000
LATE = 10_000
"""A line may be committed after others with higher ids; one this far behind would be counted as unsealed."""
_LOCK = 0x79696261_6F736561


@dataclass(slots=True)
class Verdict:
    """What a check of the chain found: sealed lines, lines still without a seal, the last seal, and what is wrong."""

    sealed: int = 0
    unsealed: int = 0
    head: str = START
    faults: list[str] = field(default_factory=list)


def seal(connection: Connection, vault: Vault, now: datetime) -> int:
    """Seal the lines that have no seal yet, at most some thousands; returns how many. One job at a time."""
    if connection.dialect.name == "postgresql":
        free = connection.scalar(text("SELECT pg_try_advisory_xact_lock(:key)"), {"key": _LOCK})
        if not free:
            return 0
    last = connection.execute(select(seals.c.place, seals.c.digest).order_by(seals.c.place.desc()).limit(1)).first()
    place, before = (0, START) if last is None else (last.place, last.digest)
    highest = int(connection.scalar(select(func.max(seals.c.audit_id))) or 0)
    without = select(audit).outerjoin(seals, seals.c.audit_id == audit.c.id).where(seals.c.audit_id.is_(None))
    waiting = without.where(audit.c.id > highest - LATE)
    rows = []
    for line in _dicts(connection, waiting.order_by(audit.c.id).limit(CHUNK)):
        place, before = place + 1, _link(vault, before, line)
        rows.append({"audit_id": line["id"], "place": place, "digest": before, "sealed_at": now})
    if rows:
        connection.execute(insert(seals), rows)
    return len(rows)


def verify(connection: Connection, vault: Vault, remembered: str | None = None) -> Verdict:
    """Work every seal out anew. `remembered`: a seal that was written down earlier and must still stand."""
    verdict, met = Verdict(), remembered in {None, START}
    for line in _sealed(connection):
        verdict.sealed += 1
        met = met or line["digest"] == remembered
        fault = _fault(vault, verdict, line)
        if fault:
            verdict.faults.append(fault)
        verdict.head = line["digest"]
    if not met:
        verdict.faults.append("记下的封条不在链上:审计日志的末尾被整段删除过")
    verdict.unsealed = int(connection.scalar(select(func.count()).select_from(audit)) or 0) - _standing(connection)
    return verdict


def export(connection: Connection) -> Iterator[dict[str, Any]]:
    """The log in the order of its seals, each line with its seal."""
    for line in _sealed(connection):
        if line["id"] is not None:
            yield {**_plain(line), "place": line["place"], "seal": line["digest"]}


def _fault(vault: Vault, verdict: Verdict, line: Mapping[str, Any]) -> str | None:
    if line["place"] != verdict.sealed:
        verdict.sealed = line["place"]
        return f"第 {line['place']} 个封条之前缺了封条"
    if line["id"] is None:
        return f"编号 {line['audit_id']} 的审计记录被删除"
    if not hmac.compare_digest(_link(vault, verdict.head, line), line["digest"]):
        return f"编号 {line['audit_id']} 的审计记录被改动"
    return None


def _sealed(connection: Connection) -> Iterator[Mapping[str, Any]]:
    query = select(seals.c.audit_id, seals.c.place, seals.c.digest, audit).outerjoin(
        audit, audit.c.id == seals.c.audit_id
    )
    return _dicts(connection, query.order_by(seals.c.place).execution_options(yield_per=CHUNK))


def _dicts(connection: Connection, query: Any) -> Iterator[Mapping[str, Any]]:
    yield from (dict(line) for line in connection.execute(query).mappings())


def _standing(connection: Connection) -> int:
    """Lines that have a seal."""
    query = select(func.count()).select_from(audit.join(seals, seals.c.audit_id == audit.c.id))
    return int(connection.scalar(query) or 0)


def _plain(line: Mapping[str, Any]) -> dict[str, Any]:
    at: datetime = line["at"]
    return {
        "id": line["id"],
        "at": at.astimezone(UTC).isoformat(),
        "actor": line["actor"],
        "act": line["act"],
        "about": line["about"],
        "detail": line["detail"],
    }


def _link(vault: Vault, before: str, line: Mapping[str, Any]) -> str:
    return vault.mac(before + json.dumps(_plain(line), ensure_ascii=False, sort_keys=True))
