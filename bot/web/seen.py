"""Finds a case for somebody of the office: what they may not see does not exist for them."""

from __future__ import annotations

from bot.desk.errors import Closed
from bot.desk.sight import may_see
from bot.storage.port import CaseRow, StaffRow, Tx
from bot.web.site import Site


def seen(tx: Tx, site: Site, staff: StaffRow, case_id: str) -> CaseRow:
    """A case that this person may see.

    Raises:
        Closed: there is none; one of another group looks the same.
    """
    case = tx.case(case_id)
    if case is None or not may_see(case, staff, site.office):
        raise Closed("没有这个会话。")
    return case
