"""Opens the office's database and its key file for the commands that load and guard members' data."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bot import settings
from bot.members.intake.reading import BadFile
from bot.members.membership import Membership
from bot.privacy.vault import Vault, VaultError
from bot.storage.opening import open_store
from bot.storage.port import StorageError
from bot.storage.postgres import PostgresStore
from bot.storage.sqlite import SqliteStore


@dataclass(frozen=True, slots=True)
class Records:
    """A store and the membership that goes with it."""

    store: SqliteStore | PostgresStore
    membership: Membership


def add_places(parser: argparse.ArgumentParser) -> None:
    """Every such command works on the database and the key file of the settings, or of the sample office."""
    parser.add_argument("--demo", action="store_true", help="用示例数据库(yibao serve --demo 的那一个)")


def key_file(args: argparse.Namespace) -> Path:
    """Where the keys lie."""
    return settings.load().key_file(demo=args.demo)


@contextmanager
def opened(args: argparse.Namespace) -> Iterator[Records]:
    """The office's records, closed at the end; a key file is never made here.

    Raises:
        SettingsError: A setting is wrong.
        VaultError: The key file is missing or broken.
        StorageError: The database cannot be reached or is newer than this program.
    """
    chosen = settings.load()
    membership = Membership(Vault.open(chosen.key_file(demo=args.demo), create=False))
    store = open_store(chosen.database(demo=args.demo), size=2)
    try:
        yield Records(store, membership)
    finally:
        store.close_sync()


def complain(error: Exception) -> int:
    """One line on what went wrong; exit status 1."""
    sys.stderr.write(f"{error}\n")
    return 1


TROUBLE = (settings.SettingsError, VaultError, StorageError, BadFile, OSError)
"""What a command answers with one line."""
