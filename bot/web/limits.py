"""Slows down those who send too fast or guess passwords; counts live in memory and are forgotten with the process."""

from __future__ import annotations

import time
from collections import deque
from dataclasses import dataclass, field
from math import ceil

MOST_KEYS = 50_000  # then the oldest are forgotten


@dataclass(slots=True)
class Bucket:
    """A token bucket a key: `burst` at once, `per_second` after that."""

    per_second: float
    burst: int
    _left: dict[str, tuple[float, float]] = field(default_factory=dict)

    def take(self, key: str, now: float | None = None) -> bool:
        """Whether one more is allowed for the key now (seconds of a monotonic clock)."""
        now = time.monotonic() if now is None else now
        left, at = self._left.pop(key, (float(self.burst), now))
        left = min(self.burst, left + (now - at) * self.per_second)
        allowed = left >= 1
        self._left[key] = (left - 1 if allowed else left, now)
        while len(self._left) > MOST_KEYS:
            self._left.pop(next(iter(self._left)))
        return allowed


@dataclass(slots=True)
class Throttle:
    """Locks a key for the rest of `window` seconds after `most` failures within it."""

    most: int = 5
    window: float = 600.0
    _failures: dict[str, deque[float]] = field(default_factory=dict)

    def minutes_locked(self, key: str, most: int | None = None, now: float | None = None) -> int:
        """Minutes until the key may try again; 0 when it may now."""
        now = time.monotonic() if now is None else now
        times = self._recent(key, now)
        if len(times) < (most or self.most):
            return 0
        return max(1, ceil((times[0] + self.window - now) / 60))

    def fail(self, key: str, now: float | None = None) -> None:
        """Count a failure."""
        now = time.monotonic() if now is None else now
        self._recent(key, now).append(now)

    def forgive(self, key: str) -> None:
        """Forget the failures of a key that got it right."""
        self._failures.pop(key, None)

    def _recent(self, key: str, now: float) -> deque[float]:
        """The failures within the window, oldest first."""
        times = self._failures.pop(key, deque())
        while times and times[0] <= now - self.window:
            times.popleft()
        self._failures[key] = times
        while len(self._failures) > MOST_KEYS:
            self._failures.pop(next(iter(self._failures)))
        return times
