"""A copy made while others write is whole, is put back as it was, and says what it needs; broken ones are refused."""

from __future__ import annotations

import json
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.backup import BackupError, backup, manifest_of, read_manifest, restore
from bot.cli.main import main
from bot.storage.opening import open_store
from bot.storage.port import InboxRow, MessageRow, OutboxRow, Tx, new_id
from bot.storage.schema import KNOWN, downgrade, upgrade

NOW = datetime(2016, 11, 20, 1, 30, tzinfo=UTC)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/office.sqlite3"
    found: str = request.getfixturevalue("postgres_url")
    return found


def fill(tx: Tx) -> str:
    """A thread with a message, an unanswered update and a reply in every status."""
    thread = tx.thread_for("telegram", "bot1", "c1", "p1").id
    tx.add_message(MessageRow(new_id(), thread, 0, "member", "起付线是多少", NOW))
    tx.add_inbox(InboxRow(new_id(), "telegram", "bot1", "u1", thread, {"text": "在吗"}, NOW))
    for number, status in enumerate(("new", "sending", "sent", "dead", "unknown")):
        tx.add_outbox(OutboxRow(new_id(), thread, new_id(), "telegram", "bot1", {}, status, next_at=NOW, seq=number))
    return thread


def content(url: str) -> tuple[list[str], list[str], list[str]]:
    store = open_store(url, size=1)

    def read(tx: Tx) -> tuple[list[str], list[str], list[str]]:
        thread = tx.thread_for("telegram", "bot1", "c1", "p1").id
        said = [line.text for line in tx.messages(thread)]
        return said, [row.platform_id for row in tx.pending(thread)], [row.status for row in tx.outbox()]

    try:
        return store.run_sync(read)
    finally:
        store.close_sync()


def test_what_is_restored_is_what_was_copied_but_nothing_unsent_goes_out_by_itself(url: str, tmp_path: Path) -> None:
    store = open_store(url)
    thread = store.run_sync(fill)
    copy = tmp_path / "copies" / "one.backup"
    manifest = backup(url, copy, ["k1", "k2"], NOW)
    assert (manifest.schema, manifest.keys) == (KNOWN[-1], ["k1", "k2"])
    store.run_sync(lambda tx: tx.add_message(MessageRow(new_id(), thread, 0, "member", "后来的", NOW)))
    store.close_sync()
    with pytest.raises(BackupError, match="--replace"):
        restore(url, copy)
    assert restore(url, copy, replace=True) == (manifest, 2)
    assert content(url) == (["起付线是多少"], ["u1"], ["unknown", "unknown", "sent", "dead", "unknown"])


def test_a_copy_made_while_others_write_holds_whole_transactions(url: str, tmp_path: Path) -> None:
    store = open_store(url)
    store.run_sync(lambda tx: (tx.put_meta("a", "0"), tx.put_meta("b", "0")))
    done = threading.Event()

    def write() -> None:
        number = 0
        while not done.is_set():
            number += 1
            store.run_sync(lambda tx, now=str(number): (tx.put_meta("a", now), tx.put_meta("b", now)))  # type: ignore[misc]

    writer = threading.Thread(target=write)
    writer.start()
    copy = tmp_path / "live.backup"
    backup(url, copy, [], NOW)
    done.set()
    writer.join()
    store.close_sync()
    restore(url, copy, replace=True)
    store = open_store(url)
    first, second = store.run_sync(lambda tx: (tx.meta("a"), tx.meta("b")))
    store.close_sync()
    assert first == second


def test_a_copy_is_not_written_over_and_a_broken_one_is_refused(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/office.sqlite3"
    open_store(url).close_sync()
    copy = tmp_path / "one.backup"
    backup(url, copy, [], NOW)
    with pytest.raises(BackupError, match="已经有了"):
        backup(url, copy, [], NOW)
    assert read_manifest(copy).engine == "sqlite"
    with copy.open("r+b") as file:
        file.seek(5000)
        file.write(b"\x00broken")
    with pytest.raises(BackupError, match="校验和"):
        restore(f"sqlite:///{tmp_path}/other.sqlite3", copy)
    assert not (tmp_path / "other.sqlite3").exists()
    with pytest.raises(BackupError, match="读不了"):
        read_manifest(tmp_path / "none")


@pytest.mark.parametrize(
    ("change", "why"), [({"schema": "9999"}, "更新的版本"), ({"engine": "postgresql"}, "不能恢复")]
)
def test_a_copy_of_a_newer_version_or_another_engine_is_refused(
    tmp_path: Path, change: dict[str, str], why: str
) -> None:
    url = f"sqlite:///{tmp_path}/office.sqlite3"
    open_store(url).close_sync()
    copy = tmp_path / "one.backup"
    backup(url, copy, [], NOW)
    told = json.loads(manifest_of(copy).read_text("utf-8"))
    manifest_of(copy).write_text(json.dumps(told | change), "utf-8")
    with pytest.raises(BackupError, match=why):
        restore(f"sqlite:///{tmp_path}/other.sqlite3", copy)


def test_an_empty_database_is_not_copied(tmp_path: Path) -> None:
    with pytest.raises(BackupError, match="空的"):
        backup(f"sqlite:///{tmp_path}/none.sqlite3", tmp_path / "one.backup", [], NOW)


def test_the_commands_name_the_key_and_miss_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("YIBAO_DATA_DIR", str(tmp_path / "data"))
    copy = str(tmp_path / "one.backup")
    assert main(["backup", copy]) == 1
    assert main(["keys", "create"]) == 0
    assert main(["db", "upgrade"]) == 0
    capsys.readouterr()
    assert main(["backup", copy]) == 0
    (key,) = read_manifest(Path(copy)).keys
    assert f"需要密钥 {key}" in capsys.readouterr().out
    assert main(["restore", copy]) == 1
    assert "--replace" in capsys.readouterr().err
    assert main(["restore", copy, "--replace"]) == 0
    (tmp_path / "data" / "secret.key").unlink()
    assert main(["restore", copy, "--replace"]) == 1
    assert f"还缺密钥 {key}" in capsys.readouterr().out


def test_data_stay_through_migrations_back_and_forward(url: str) -> None:
    store = open_store(url)
    store.run_sync(fill)
    for step in reversed(KNOWN[1:-1]):
        store.run_sync(lambda tx, step=step: downgrade(tx, step))
        assert store.run_sync(lambda tx: tx.sql.execute(text("SELECT count(*) FROM outbox")).scalar()) == 5
    assert store.run_sync(upgrade) == (KNOWN[1], KNOWN[-1])
    store.close_sync()
    assert content(url)[:2] == (["起付线是多少"], ["u1"])
