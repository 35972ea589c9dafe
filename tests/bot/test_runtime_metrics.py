"""What monitoring reads: turns and outcomes of this worker, what waits in the database, nothing personal."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot.engine.inbound import Receipt
from bot.metrics import Metrics
from bot.storage.backlog import Backlog

NOW = datetime(2016, 11, 20, 1, 30, tzinfo=UTC)


def receipt(intent: str | None, **more: Any) -> Receipt:
    turn: Any = SimpleNamespace(intent=intent) if intent else None
    return Receipt("t1", messages=[], turn=turn, **{"duplicate": False, **more})


def read(page: bytes) -> dict[tuple[str, tuple[str, ...]], float]:
    return {
        (sample.name, tuple(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(page.decode())
        for sample in family.samples
    }


@pytest.fixture
def page() -> dict[tuple[str, tuple[str, ...]], float]:
    metrics = Metrics()
    for intent, seconds in (("faq", 0.02), ("faq", None), ("fallback", 0.2), ("handoff", 7.0)):
        metrics.turn(receipt(intent), seconds)
    metrics.turn(receipt(None, silent=True))
    metrics.turn(receipt(None))
    metrics.turn(receipt(None, duplicate=True), 0.001)
    metrics.failed()
    metrics.down()
    backlog = Backlog(
        3, NOW - timedelta(seconds=90), {("telegram", "unknown"): 2, ("wechat", "unknown"): 1, ("wechat", "new"): 4}
    )
    return read(metrics.page(backlog, NOW, "abc", 1))


def test_turns_are_counted_by_what_they_were_about(page: dict[tuple[str, tuple[str, ...]], float]) -> None:
    turns = {labels[0]: value for (name, labels), value in page.items() if name == "yibao_turns_total"}
    assert turns == {"faq": 2, "fallback": 1, "handoff": 1, "silent": 1, "error": 1}
    assert page["yibao_abstentions_total", ()] == 1
    assert page["yibao_handovers_total", ()] == 1
    assert page["yibao_redeliveries_total", ()] == 1
    assert (page["yibao_turn_failures_total", ()], page["yibao_storage_down_total", ()]) == (1, 1)


def test_only_turns_that_somebody_waited_for_are_timed(page: dict[tuple[str, tuple[str, ...]], float]) -> None:
    assert page["yibao_turn_seconds_count", ()] == 3
    assert page["yibao_turn_seconds_bucket", ("0.3",)] == 2


def test_what_waits_is_told_with_its_age(page: dict[tuple[str, tuple[str, ...]], float]) -> None:
    assert (page["yibao_inbox_waiting", ()], page["yibao_inbox_oldest_seconds", ()]) == (3, 90)
    assert page["yibao_outbox", ("all", "unknown")] == 3
    assert page["yibao_outbox", ("wechat", "new")] == 4
    assert page["yibao_outbox", ("telegram", "dead")] == 0
    assert page["yibao_rulebook_info", ("abc",)] == 1
    assert page["yibao_publication_errors", ()] == 1
