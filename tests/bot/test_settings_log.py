"""Logs: one JSON object a line, thread ids, and nothing a member typed."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import pytest

from bot.log import masked, setup
from bot.storage.port import StorageDown


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    stream = io.StringIO()
    setup("INFO", "json", stream)
    yield stream
    root.handlers[:] = handlers
    root.setLevel(level)


def fail(fault: Exception) -> None:
    raise fault


def test_a_line_is_json_with_its_fields(written: io.StringIO) -> None:
    logging.getLogger("bot.x").info("turn", extra={"thread_id": "t1", "ms": 1.5, "intent": None})
    told = json.loads(written.getvalue())
    assert (told["event"], told["thread_id"], told["ms"], told["level"]) == ("turn", "t1", 1.5, "INFO")
    assert "intent" not in told


def test_what_an_exception_says_is_left_out(written: io.StringIO) -> None:
    try:
        fail(ValueError("李四 410105197203150028"))
    except ValueError:
        logging.getLogger("bot.x").exception("turn failed", extra={"thread_id": "t1"})
    told = json.loads(written.getvalue())
    assert told["fault"] == "ValueError"
    assert any("test_settings_log" in place for place in told["where"])
    assert "李四" not in written.getvalue()
    assert "4101" not in written.getvalue()


def test_what_the_storage_says_is_kept(written: io.StringIO) -> None:
    try:
        fail(StorageDown("look at the disk"))
    except StorageDown:
        logging.getLogger("bot.x").exception("waiting")
    assert json.loads(written.getvalue())["said"] == "look at the disk"


@pytest.mark.parametrize("number", ["410105197203150028", "41010519720315002X", "13800138000", "6222021234567890123"])
def test_long_numbers_are_masked_wherever_they_stand(written: io.StringIO, number: str) -> None:
    logging.getLogger("bot.x").warning("said %s", number, extra={"about": number})
    assert number not in written.getvalue()
    assert masked(f"a{number}b") == "a***b"


def test_a_terminal_gets_text(written: io.StringIO) -> None:
    stream = io.StringIO()
    setup("INFO", "text", stream)
    logging.getLogger("bot.x").info("turn", extra={"thread_id": "t1"})
    assert "INFO turn thread_id=t1" in stream.getvalue()
    assert written.getvalue() == ""
