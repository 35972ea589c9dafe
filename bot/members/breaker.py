"""A circuit breaker: after several failures in a row a system that does not answer is left alone for a while."""

from __future__ import annotations

import time
from collections.abc import Callable

FAILURES, REST_SECONDS = 5, 30.0


class Breaker:
    """Closed while calls go well; open after `failures` in a row; after the rest one call may try again."""

    def __init__(
        self,
        failures: int = FAILURES,
        rest: float = REST_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._most, self._rest, self._clock = failures, rest, clock
        self._failed = 0
        self._tried_at = 0.0

    def allows(self) -> bool:
        """Whether a call may be made now; while open, one a rest."""
        if self._failed < self._most:
            return True
        if self._clock() - self._tried_at < self._rest:
            return False
        self._tried_at = self._clock()
        return True

    def went_well(self) -> None:
        """The system answered."""
        self._failed = 0

    def failed(self) -> None:
        """It did not."""
        self._failed += 1
        self._tried_at = self._clock()
