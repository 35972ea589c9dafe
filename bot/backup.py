"""Copies a database whole while it runs, and puts a copy back; says which keys the copy needs to be read.

A copy is two files: the data, and beside it `<name>.json` with time, schema step, the ids of the keys and a checksum.
The keys themselves are never in it: whoever finds a copy finds no names and numbers.

Errors: `BackupError` (a `StorageError`), whose sentence names the remedy.
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
import subprocess
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

import psycopg
from sqlalchemy import URL, inspect

from bot.storage.engine import parse_url
from bot.storage.opening import open_store
from bot.storage.port import StorageError, Tx
from bot.storage.schema import KNOWN, step_of

RESTORED = "restored"
"""The error of a reply that was unsent when the copy was made: it may have been sent since."""


class BackupError(StorageError):
    """A copy could not be made or put back."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a copy is, in words a person can read beside it."""

    engine: str
    made_at: str
    schema: str
    keys: list[str]
    """Ids of the keys that lock what is in it; the last one is in use."""
    sha256: str


def manifest_of(copy: Path) -> Path:
    """Where the manifest of a copy lies."""
    return copy.with_name(copy.name + ".json")


def backup(url: str, copy: Path, keys: list[str], now: datetime) -> Manifest:
    """Copy the database of an address into a new file while others work on it.

    Raises:
        BackupError: the file exists, or the copy failed.
    """
    if copy.exists() or manifest_of(copy).exists():
        raise BackupError(f"{copy} 已经有了,没有覆盖;请换一个文件名。")
    address = parse_url(url)
    store = open_store(url, size=1, create=False)
    try:
        schema = store.run_sync(lambda tx: step_of(tx.sql))
    finally:
        store.close_sync()
    if schema is None:
        raise BackupError("数据库是空的,没有可备份的内容。")
    copy.parent.mkdir(parents=True, exist_ok=True)
    part = copy.with_name(copy.name + ".part")
    try:
        (_copy_file if _is_sqlite(address) else _dump)(address, part)
        manifest = Manifest(address.get_backend_name(), now.isoformat(), schema, keys, _checksum(part))
        manifest_of(copy).write_text(json.dumps(asdict(manifest), ensure_ascii=False, indent=1) + "\n", "utf-8")
        part.rename(copy)
    finally:
        part.unlink(missing_ok=True)
    return manifest


def restore(url: str, copy: Path, *, replace: bool = False) -> tuple[Manifest, int]:
    """Put a copy into a database; every reply that was unsent becomes `unknown`, since it may have gone out.

    Args:
        url: where to; empty, unless `replace`.
        copy: the file that `backup` made, with its manifest beside it.
        replace: whether what is there may be lost.

    Returns:
        The manifest, and how many replies were marked.

    Raises:
        BackupError: the copy is broken, of another engine or newer, or there is something already.
    """
    manifest = read_manifest(copy)
    address = parse_url(url)
    if manifest.engine != address.get_backend_name():
        raise BackupError(f"备份来自 {manifest.engine},不能恢复到 {address.get_backend_name()}。")
    if manifest.schema not in KNOWN:
        raise BackupError(f"备份由更新的版本做成(步骤 {manifest.schema}),请先升级程序。")
    if not replace and _holds_something(url):
        raise BackupError("目标数据库里已有内容;确认不要了再加 --replace。")
    (_put_file if _is_sqlite(address) else _load)(address, copy)
    store = open_store(url, size=1)
    try:
        return manifest, store.run_sync(lambda tx: tx.doubt_outbox(RESTORED))
    finally:
        store.close_sync()


def read_manifest(copy: Path) -> Manifest:
    """What a copy is.

    Raises:
        BackupError: copy or manifest are missing or do not belong together.
    """
    try:
        manifest = Manifest(**json.loads(manifest_of(copy).read_text("utf-8")))
        found = _checksum(copy)
    except (OSError, ValueError, TypeError) as fault:
        raise BackupError(f"读不了 {copy} 或它旁边的 .json({type(fault).__name__})。") from fault
    if found != manifest.sha256:
        raise BackupError(f"{copy} 和它的校验和对不上,文件已损坏或被改动。")
    return manifest


def _is_sqlite(address: URL) -> bool:
    return address.get_backend_name() == "sqlite"


def _checksum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _holds_something(url: str) -> bool:
    address = parse_url(url)
    if _is_sqlite(address) and not Path(str(address.database)).exists():
        return False
    store = open_store(url, size=1, create=False)

    def tables(tx: Tx) -> bool:
        return bool(inspect(tx.sql).get_table_names())

    try:
        return store.run_sync(tables)
    finally:
        store.close_sync()


def _copy_file(address: URL, part: Path) -> None:
    """SQLite's own online copy: a consistent moment, whatever is written meanwhile."""
    try:
        with closing(sqlite3.connect(str(address.database))) as source, closing(sqlite3.connect(part)) as target:
            source.backup(target, pages=256, sleep=0.01)
            target.execute("PRAGMA journal_mode = delete")
            (verdict,) = target.execute("PRAGMA integrity_check").fetchone()
    except sqlite3.Error as fault:
        raise BackupError(f"备份没有做成({fault});请检查磁盘空间。") from fault
    if verdict != "ok":
        raise BackupError(f"数据库文件已损坏({verdict}),备份没有做成;请用上一份备份恢复。")


def _put_file(address: URL, copy: Path) -> None:
    """Into the file itself through SQLite, so that a running reader never sees half of it."""
    database = Path(str(address.database))
    database.parent.mkdir(parents=True, exist_ok=True)
    try:
        with closing(sqlite3.connect(copy)) as source, closing(sqlite3.connect(database, timeout=1)) as target:
            source.backup(target)
    except sqlite3.Error as fault:
        raise BackupError(f"没有恢复({fault});请先停下所有 yibao serve。") from fault


def _dump(address: URL, part: Path) -> None:
    _program(address, "pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={part}")


def _load(address: URL, copy: Path) -> None:
    """Into an empty schema: what a newer version left there must not stay beside the old."""
    plain = address.set(drivername="postgresql").render_as_string(hide_password=False)
    try:
        with psycopg.connect(plain, autocommit=True) as connection:
            connection.execute("DROP SCHEMA public CASCADE")
            connection.execute("CREATE SCHEMA public")
    except psycopg.Error as fault:
        raise BackupError(f"没有恢复({type(fault).__name__});请检查 PostgreSQL 和权限。") from fault
    words = ("--no-owner", "--no-privileges", "--single-transaction", "--exit-on-error")
    _program(address, "pg_restore", *words, str(copy))


def _program(address: URL, name: str, *words: str) -> None:
    """A PostgreSQL program on the database; the password goes by the environment, which no list of processes shows."""
    environment = dict(os.environ)
    if address.password is not None:
        environment["PGPASSWORD"] = str(address.password)
    where = address.set(drivername="postgresql", password=None).render_as_string(hide_password=False)
    command = [name, *words[:-1], f"--dbname={where}", words[-1]]
    try:
        subprocess.run(command, check=True, capture_output=True, text=True, env=environment)  # noqa: S603  (no shell)
    except FileNotFoundError as fault:
        raise BackupError(f"没有找到 {name},请装 PostgreSQL 客户端程序(版本不低于服务器)。") from fault
    except subprocess.CalledProcessError as fault:
        said = str(fault.stderr).strip().splitlines()
        raise BackupError(f"{name} 没有成功:{said[0][:200] if said else fault.returncode}") from fault
