"""Opens the office's database and its key file for the commands that load and guard members' data."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bot import demo as sample
from bot.cli.office import settings_of
from bot.members.membership import Membership
from bot.privacy.vault import Vault
from bot.storage.opening import open_store
from bot.storage.postgres import PostgresStore
from bot.storage.sqlite import SqliteStore


@dataclass(frozen=True, slots=True)
class Records:
    """A store and the membership that goes with it."""

    store: SqliteStore | PostgresStore
    membership: Membership


def key_file(args: argparse.Namespace) -> Path:
    """Where the keys lie."""
    return settings_of(args).key_file(demo=args.demo)


@contextmanager
def opened(args: argparse.Namespace) -> Iterator[Records]:
    """The office's records, closed at the end; a key file is never made here.

    Raises:
        SettingsError: A setting is wrong.
        VaultError: The key file is missing or broken.
        StorageError: The database cannot be reached, is newer than this program, or is of the other kind.
    """
    membership = Membership(Vault.open(key_file(args), create=False))
    store = open_store(settings_of(args).database(demo=args.demo), size=2)
    try:
        store.run_sync(lambda tx: sample.mark(tx, demo=args.demo))
        yield Records(store, membership)
    finally:
        store.close_sync()
