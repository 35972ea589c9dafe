"""What waits in the database at one moment: for the page that says whether all is well, the metrics and the doctor."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Backlog:
    """Counts of what is under way or needs a person; nothing of what is finished."""

    inbox: int = 0
    """Updates whose turn has not happened."""
    inbox_oldest: datetime | None = None
    outbox: Mapping[tuple[str, str], int] = field(default_factory=dict)
    """Replies by channel and status: `new`, `sending`, `unknown`, `dead`."""
    outbox_due: datetime | None = None
    """When the reply that waits longest should have gone out."""
    effects: int = 0
    cases: int = 0
    """Members who wait for a person."""
    cases_oldest: datetime | None = None

    def of_status(self, status: str) -> int:
        """Replies of one status on all channels."""
        return sum(count for (_, one), count in self.outbox.items() if one == status)

    def age(self, since: datetime | None, now: datetime) -> float:
        """Seconds since a moment; 0 where there is none or the clock went back."""
        return max(timedelta(0), now - since).total_seconds() if since else 0.0
