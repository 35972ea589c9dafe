"""The supervisor's figures: what came, what waits, how long it took, how it ended and how it was rated."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from statistics import median
from typing import Any

from bot.desk.sight import open_groups, visible_groups
from bot.desk.views import names
from bot.desk.words import ENDINGS, REASONS
from bot.storage.port import CaseRow, StaffRow, Tx
from knowledge.office import SHANGHAI, Office

MANY = 20_000  # cases of a period that are counted
REMARKS = 50
DAY_BEGINS, DAY_ENDS = 8, 17
SPANS = (
    ("1 分内", 60),
    ("1–5 分", 300),
    ("5–15 分", 900),
    ("15–60 分", 3600),
    ("1 小时以上", 10**12),
)
"""Waiting times as they are shown: label, and below how many seconds."""


def figures(tx: Tx, staff: StaffRow, office: Office, since: datetime, now: datetime) -> dict[str, Any]:
    """The figures of the groups a person sees; reports are not counted, whoever looks."""
    return figures_of(
        tx, [group for group in visible_groups(staff, office) if group in open_groups(office)], since, now
    )


def figures_of(tx: Tx, groups: list[str], since: datetime, now: datetime) -> dict[str, Any]:
    """Tables over the cases opened since a moment, and over what is open now; durations in seconds or None."""
    cases = tx.cases(groups=groups, since=since, limit=MANY)
    opened = tx.cases(open_only=True, groups=groups, limit=MANY)
    by_name = names(tx)
    waiting = [case for case in opened if case.agent_id is None]
    return {
        "opened": len(cases),
        "closed": sum(case.closed_at is not None for case in cases),
        "waiting": len(waiting),
        "held": len(opened) - len(waiting),
        "oldest": max((seconds(case.opened_at, now) for case in waiting), default=None),
        "times": times(cases),
        "reasons": tally((case.reason for case in cases), REASONS),
        "endings": tally((case.resolution for case in cases if case.closed_at), ENDINGS),
        "ratings": ratings(cases),
        "remarks": remarks(cases),
        "by_time": by_time(cases, since, now),
        "waits": spread(cases),
        "agents": [agent_row(agent, by_name, cases, opened) for agent in agents_of([*cases, *opened])],
    }


def seconds(start: datetime, end: datetime) -> int:
    """Whole seconds between two moments."""
    return int((end - start).total_seconds())


def middle(values: Iterable[int]) -> int | None:
    """The median, None of nothing."""
    known = list(values)
    return int(median(known)) if known else None


def times(cases: list[CaseRow]) -> dict[str, int | None]:
    """Median waiting time to the claim, to the first answer, and handling time from claim to close."""
    return {
        "wait": middle(seconds(case.opened_at, case.claimed_at) for case in cases if case.claimed_at),
        "first_answer": middle(seconds(case.opened_at, case.first_answer_at) for case in cases if case.first_answer_at),
        "handling": middle(
            seconds(case.claimed_at, case.closed_at) for case in cases if case.claimed_at and case.closed_at
        ),
    }


def tally(keys: Iterable[str], labels: dict[str, str]) -> list[tuple[str, int]]:
    """(label, count), most frequent first."""
    return [(labels.get(key, key), count) for key, count in Counter(keys).most_common()]


def remarks(cases: list[CaseRow]) -> list[tuple[int, str]]:
    """(score, sentence) of the newest ratings with a sentence."""
    return [(case.rating or 0, case.rating_words) for case in reversed(cases) if case.rating_words][:REMARKS]


def by_time(cases: list[CaseRow], since: datetime, now: datetime) -> list[tuple[str, int]]:
    """How many came in each hour of one day (7 to 20 o'clock and whatever lies beyond), or on each of several days."""
    local = [case.opened_at.astimezone(SHANGHAI) for case in cases]
    if now - since <= timedelta(days=1):
        hours = Counter(moment.hour for moment in local)
        first, last = min([*hours, DAY_BEGINS]), max([*hours, DAY_ENDS])
        return [(f"{hour}时", hours[hour]) for hour in range(first, last + 1)]
    days = Counter(moment.date() for moment in local)
    start = since.astimezone(SHANGHAI).date()
    shown = ((start + timedelta(days=ahead)) for ahead in range((now.astimezone(SHANGHAI).date() - start).days + 1))
    return [(f"{day.month}-{day.day}", days[day]) for day in shown]


def spread(cases: list[CaseRow]) -> list[tuple[str, int]]:
    """How long they waited for the claim: (span, count)."""
    waited = [seconds(case.opened_at, case.claimed_at) for case in cases if case.claimed_at]
    counts = Counter(next(place for place, (_, below) in enumerate(SPANS) if wait < below) for wait in waited)
    return [(label, counts[place]) for place, (label, _) in enumerate(SPANS)]


def ratings(cases: list[CaseRow]) -> dict[str, Any]:
    """How many rated and the mean to one decimal (half up), None of nothing."""
    given = [case.rating for case in cases if case.rating]
    tenths = (20 * sum(given) + len(given)) // (2 * len(given)) if given else None
    return {"count": len(given), "mean": None if tenths is None else f"{tenths // 10}.{tenths % 10}"}


def agents_of(cases: list[CaseRow]) -> list[str]:
    """Everybody who held one of the cases, in a stable order."""
    return sorted({case.agent_id for case in cases if case.agent_id})


def agent_row(agent: str, by_name: dict[str, str], cases: list[CaseRow], opened: list[CaseRow]) -> dict[str, Any]:
    """One agent's load, work and times."""
    own = [case for case in cases if case.agent_id == agent]
    return {
        "name": by_name.get(agent, agent),
        "open": sum(case.agent_id == agent for case in opened),
        "claimed": len(own),
        "closed": sum(case.closed_at is not None for case in own),
        "times": times(own),
        "ratings": ratings(own),
    }
