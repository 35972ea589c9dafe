"""What one person of the office may see: groups, and which stretches of a conversation belong to a closed group."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from bot.storage.port import CaseRow, MessageRow, StaffRow, Tx
from knowledge.office import Office

LEADERS = ("supervisor", "administrator")
MANY = 20_000
Stretch = tuple[datetime, datetime | None]


def visible_groups(staff: StaffRow, office: Office) -> list[str]:
    """The groups whose cases a person sees: their own; leaders and people without a group all but the closed ones.

    A closed group (reports of fraud) is seen by its own people and by those whose role is `oversight`.
    """
    return [
        group.id
        for group in office.groups
        if group.id in staff.groups
        or (group.closed and staff.role == "oversight")
        or (not group.closed and (staff.role in LEADERS or (not staff.groups and staff.role != "oversight")))
    ]


def open_groups(office: Office) -> list[str]:
    """The groups that may be searched, counted and exported."""
    return [group.id for group in office.groups if not group.closed]


def may_see(case: CaseRow, staff: StaffRow, office: Office) -> bool:
    """Whether a case is in one of the person's groups, or was handed to them personally."""
    return case.group in visible_groups(staff, office) or case.agent_id == staff.id


@dataclass(frozen=True, slots=True)
class Sight:
    """The groups somebody sees, and by thread the stretches that only a closed group may read."""

    groups: list[str]
    covered: dict[str, list[Stretch]] = field(default_factory=dict)

    def hides(self, row: MessageRow) -> bool:
        """Whether a line was said within a report that this person may not read."""
        stretches = self.covered.get(row.thread_id, ())
        return any(start <= row.at and (end is None or row.at <= end) for start, end in stretches)


def sight_of(tx: Tx, staff: StaffRow, office: Office) -> Sight:
    """What a person sees."""
    return sight(tx, visible_groups(staff, office), office)


def sight(tx: Tx, groups: list[str], office: Office) -> Sight:
    """What those see who see these groups."""
    closed = [group.id for group in office.groups if group.closed and group.id not in groups]
    covered: dict[str, list[Stretch]] = {}
    for case in tx.cases(groups=closed, limit=MANY) if closed else ():
        covered.setdefault(case.thread_id, []).append((case.opened_at, case.closed_at))
    return Sight(groups, covered)
