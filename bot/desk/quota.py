"""How many messages a channel still takes for a member, and until when: some platforms count after each of theirs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.storage.port import MessageRow

QUOTAS: dict[str, tuple[int, timedelta]] = {
    "wechat": (5, timedelta(hours=48)),
    "wecom": (5, timedelta(hours=48)),
}
"""Messages and time after the member's last message, by channel (customer-service messages on developers.weixin.qq.com
and developer.work.weixin.qq.com). A channel that is not here does not count.
"""
GATHER = timedelta(seconds=15)
"""An agent's lines within this time go out as one message on such a channel."""


@dataclass(frozen=True, slots=True)
class Allowance:
    """What a channel still takes: so many messages, until a moment."""

    left: int
    until: datetime

    def to_json(self, now: datetime) -> dict[str, Any]:
        """For the console; nothing is left once the time is over."""
        return {"left": self.left if now < self.until else 0, "until": self.until.isoformat()}


def allowance(channel: str, rows: list[MessageRow]) -> Allowance | None:
    """What is left after the newest lines of a conversation; None where the platform does not count.

    The bot's own answers count too; lines that were only recorded (`meta["sent"]` is False) or that went out together
    with an earlier one do not.
    """
    found = QUOTAS.get(channel)
    if found is None:
        return None
    most, lasts = found
    last = next((place for place in range(len(rows) - 1, -1, -1) if rows[place].who == "member"), None)
    if last is None:
        return None
    used = sum(row.who in {"bot", "agent", "system"} and row.meta.get("sent", True) for row in rows[last + 1 :])
    return Allowance(max(0, most - used), rows[last].at + lasts)


def runs_out_before(channel: str, member_wrote: datetime, opens_at: datetime | None) -> bool:
    """Whether nobody will be at the desk before the channel stops taking messages for this member."""
    found = QUOTAS.get(channel)
    return found is not None and (opens_at is None or opens_at >= member_wrote + found[1])
