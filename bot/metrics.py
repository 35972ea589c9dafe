"""What a monitoring system reads at `/metrics`: turns and how long they take, what became of them, and what waits.

Numbers only: no thread, no member, no words. Each worker counts its own turns; what waits is read from the database, so
that every worker says the same.
"""

from __future__ import annotations

from datetime import datetime

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.process_collector import ProcessCollector

from bot.engine.inbound import Receipt
from bot.storage.backlog import Backlog

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.3, 0.6, 1.2, 2.5, 5.0)
ABSTAINED = frozenset({"fallback"})
"""Intents of turns that gave no answer of their own."""
HANDED_OVER = frozenset({"handoff"})
STATUSES = ("new", "sending", "unknown", "dead")


class Metrics:
    """The counters of one worker."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        registry = self._registry
        self._turns = Counter("yibao_turns", "Turns by what they were about", ["intent"], registry=registry)
        self._seconds = Histogram(
            "yibao_turn_seconds", "From the update to its commit", buckets=SECONDS, registry=registry
        )
        self._again = Counter("yibao_redeliveries", "Updates that had come before", registry=registry)
        self._failed = Counter("yibao_turn_failures", "Turns that raised and became an apology", registry=registry)
        self._down = Counter("yibao_storage_down", "Updates refused, the database was away", registry=registry)
        self._abstained = Counter("yibao_abstentions", "Turns without an answer of their own", registry=registry)
        self._handed = Counter("yibao_handovers", "Turns that gave the member to a person", registry=registry)
        self._broken = Gauge("yibao_publication_errors", "Rulebooks that could not be built", registry=registry)
        self._rulebook = Gauge("yibao_rulebook_info", "The rulebook in force", ["version"], registry=registry)

    def turn(self, receipt: Receipt, seconds: float | None = None) -> None:
        """Count one update that was committed; `seconds` where somebody waited for it."""
        if receipt.duplicate:
            self._again.inc()
            return
        intent = receipt.turn.intent if receipt.turn else ("silent" if receipt.silent else "error")
        self._turns.labels(intent).inc()
        self._abstained.inc(intent in ABSTAINED)
        self._handed.inc(intent in HANDED_OVER)
        if seconds is not None:
            self._seconds.observe(seconds)

    def failed(self) -> None:
        """A turn raised."""
        self._failed.inc()

    def down(self) -> None:
        """An update was refused."""
        self._down.inc()

    def page(self, backlog: Backlog, now: datetime, rulebook: str, publication_errors: int) -> bytes:
        """Everything in the text format of Prometheus."""
        self._broken.set(publication_errors)
        self._rulebook.clear()
        self._rulebook.labels(rulebook).set(1)
        waiting = CollectorRegistry()
        waiting.register(_Waiting(backlog, now))
        return generate_latest(self._registry) + generate_latest(waiting)


class _Waiting:
    """What waits in the database, as gauges."""

    def __init__(self, backlog: Backlog, now: datetime) -> None:
        self._has = backlog
        self._now = now

    def collect(self) -> list[GaugeMetricFamily]:
        """The families of one reading."""
        has, now = self._has, self._now
        outbox = GaugeMetricFamily("yibao_outbox", "Replies by channel and status", labels=["channel", "status"])
        for channel in sorted({channel for channel, _ in has.outbox} | {"all"}):
            for status in STATUSES:
                count = has.of_status(status) if channel == "all" else has.outbox.get((channel, status), 0)
                outbox.add_metric([channel, status], count)
        return [
            GaugeMetricFamily("yibao_inbox_waiting", "Updates whose turn has not happened", has.inbox),
            GaugeMetricFamily(
                "yibao_inbox_oldest_seconds", "Age of the oldest of them", has.age(has.inbox_oldest, now)
            ),
            outbox,
            GaugeMetricFamily(
                "yibao_outbox_late_seconds", "Lateness of the oldest reply", has.age(has.outbox_due, now)
            ),
            GaugeMetricFamily("yibao_effects_waiting", "Slow work promised and not done", has.effects),
            GaugeMetricFamily("yibao_cases_waiting", "Members who wait for a person", has.cases),
            GaugeMetricFamily("yibao_cases_oldest_seconds", "How long the first waits", has.age(has.cases_oldest, now)),
        ]
