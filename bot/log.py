"""Writes logs as one JSON object a line, without personal data: an exception is told by its kind and its place.

What an exception says is left out, since it may hold what a member typed; and a run of eleven or more digits anywhere
is masked.
"""

from __future__ import annotations

import json
import logging
import re
import sys
import traceback
from datetime import UTC, datetime
from typing import Any, TextIO

from bot.storage.port import StorageError

_PLAIN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
_LONG_NUMBER = re.compile(r"(?<![0-9a-z])(?=[0-9]*[a-f])[0-9a-f]{24}(?![0-9a-z])|\d{10,}[\dXx]")
"""Our own ids (24 hex digits, at least one a letter), or a number that may be somebody's."""
_PLACES = 12
ID_LENGTH = 24


def masked(text: str) -> str:
    """A text in which no identity, phone or card number can stand.

    >>> masked("call 13800138000"), masked("thread 01a20197295700002c726eee")
    ('call ***', 'thread 01a20197295700002c726eee')
    """
    return _LONG_NUMBER.sub(_kept, text)


def _kept(found: re.Match[str]) -> str:
    is_id = len(found.group()) == ID_LENGTH and not found.group()[:-1].isdigit()
    return found.group() if is_id else "***"


class JsonFormatter(logging.Formatter):
    """Time, level, logger, what happened, and the extra fields of the call."""

    def format(self, record: logging.LogRecord) -> str:
        """One line of JSON."""
        return masked(json.dumps(_fields(record), ensure_ascii=False, default=str))


class TextFormatter(logging.Formatter):
    """The same for a terminal."""

    def format(self, record: logging.LogRecord) -> str:
        """One line of text."""
        told = _fields(record)
        head = [told.pop("at")[11:19], told.pop("level"), told.pop("event")]
        told.pop("logger")
        return masked(" ".join([*head, *(f"{name}={value}" for name, value in told.items())]))


def _fields(record: logging.LogRecord) -> dict[str, Any]:
    told: dict[str, Any] = {
        "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
        "level": record.levelname,
        "logger": record.name,
        "event": record.getMessage(),
    }
    told |= {name: value for name, value in vars(record).items() if name not in _PLAIN and value is not None}
    if record.exc_info and record.exc_info[1] is not None:
        told |= _fault(record.exc_info[1])
    return told


def _fault(fault: BaseException) -> dict[str, Any]:
    frames = traceback.extract_tb(fault.__traceback__)[-_PLACES:]
    told: dict[str, Any] = {
        "fault": type(fault).__name__,
        "where": [f"{frame.filename.rpartition('site-packages/')[2]}:{frame.lineno}:{frame.name}" for frame in frames],
    }
    if isinstance(fault, StorageError):
        told["said"] = str(fault)
    if fault.__cause__ is not None:
        told["cause"] = type(fault.__cause__).__name__
    return told


def setup(level: str = "INFO", style: str = "json", stream: TextIO | None = None) -> None:
    """Write all logs of the process to `stream` (standard error by default)."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonFormatter() if style == "json" else TextFormatter())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for noisy in ("aiohttp.access", "sqlalchemy", "alembic", "asyncio", "httpx", "httpcore", "telegram"):
        logging.getLogger(noisy).setLevel(max(logging.WARNING, root.level))
