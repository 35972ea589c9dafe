"""Those in this process who want to hear of events after a commit."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

from bot.storage.port import Heard

_log = logging.getLogger(__name__)


class Listeners:
    """A list of callbacks; one that fails is logged and hurts nobody else."""

    def __init__(self) -> None:
        self._heard: list[Heard] = []

    def add(self, heard: Heard) -> None:
        """One more."""
        self._heard.append(heard)

    def tell(self, events: Sequence[tuple[str, dict[str, Any]]]) -> None:
        """Call everybody for every event."""
        for topic, event in events:
            for heard in self._heard:
                try:
                    heard(topic, event)
                except Exception:  # noqa: BLE001  (whatever a listener does, the commit stands)
                    _log.exception("listener failed", extra={"topic": topic})
