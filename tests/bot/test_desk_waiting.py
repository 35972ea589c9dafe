"""The waiting time told to members, the supervisor's figures, and the office's opening hours."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.desk.figures import figures, ratings
from bot.desk.queue import wait_minutes
from bot.storage.memory import MemoryStore
from bot.storage.port import CaseRow
from knowledge.office import SHANGHAI, load_office
from tests.bot.web_office import BOSS, LI, MONDAY, WANG, office, person


def closed(number: int, agent: str, opened: int, claimed: int, ended: int) -> CaseRow:
    """A case with its minutes before now."""
    at = [MONDAY - timedelta(minutes=minutes) for minutes in (opened, claimed, ended)]
    return CaseRow(
        f"k{number}",
        f"t{number}",
        "asked",
        "general",
        {},
        at[0],
        agent_id=agent,
        claimed_at=at[1],
        first_answer_at=at[1] + timedelta(minutes=1),
        closed_at=at[2],
        resolution="solved",
    )


def shelf(*cases: CaseRow) -> MemoryStore:
    store = MemoryStore()
    for case in cases:
        store.run_sync(lambda tx, case=case: tx.add_case(case))  # type: ignore[misc]
    return store


def test_without_figures_of_the_last_hour_no_time_is_told() -> None:
    old = closed(1, "a", 120, 110, 70)
    assert shelf().run_sync(lambda tx: wait_minutes(tx, "general", 1, MONDAY)) is None
    assert shelf(old).run_sync(lambda tx: wait_minutes(tx, "general", 1, MONDAY)) is None


def test_the_time_is_the_usual_handling_time_shared_by_the_agents_at_work() -> None:
    # Three cases took 10, 12 and 20 minutes: the usual one 12. Two agents: the place 5 waits 5 × 12 / 2 = 30 minutes.
    store = shelf(closed(1, "a", 50, 45, 35), closed(2, "b", 50, 42, 30), closed(3, "a", 40, 30, 10))
    assert store.run_sync(lambda tx: wait_minutes(tx, "general", 5, MONDAY)) == 30
    assert store.run_sync(lambda tx: wait_minutes(tx, "general", 1, MONDAY)) == 6
    assert store.run_sync(lambda tx: wait_minutes(tx, "settlement", 1, MONDAY)) is None


def test_the_figures_count_what_happened() -> None:
    done = closed(1, LI.id, 60, 50, 40)
    done.rating = 4
    open_ = CaseRow("k9", "t9", "anger", "general", {}, MONDAY - timedelta(minutes=7))
    store = shelf(done, closed(2, WANG.id, 30, 26, 6), open_)
    found = store.run_sync(lambda tx: figures(tx, BOSS, office(), MONDAY - timedelta(hours=2), MONDAY))
    assert (found["opened"], found["closed"], found["waiting"], found["held"]) == (3, 2, 1, 0)
    assert found["oldest"] == 7 * 60
    assert found["times"] == {"wait": 7 * 60, "first_answer": 8 * 60, "handling": 15 * 60}  # 10/4, 11/5, 10/20 minutes
    assert found["reasons"] == [("要求人工", 2), ("情绪激动", 1)]
    assert found["endings"] == [("已解决", 2)]
    assert [row["claimed"] for row in found["agents"]] == [1, 1]


@pytest.mark.parametrize(("given", "mean"), [([5], "5.0"), ([5, 4], "4.5"), ([5, 5, 4], "4.7"), ([4, 4, 5, 4], "4.3")])
def test_the_mean_rating_has_one_decimal(given: list[int], mean: str) -> None:
    cases = [closed(number, "a", 9, 8, 7) for number in range(len(given))]
    for case, rating in zip(cases, given, strict=True):
        case.rating = rating
    assert ratings(cases)["mean"] == mean


def in_china(year: int, month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("moment", "open_"),
    [
        (in_china(2026, 11, 23, 8, 29), False),
        (in_china(2026, 11, 23, 8, 30), True),
        (in_china(2026, 11, 23, 12, 0), False),
        (in_china(2026, 11, 23, 17, 29), True),
        (in_china(2026, 11, 22, 10), False),  # a Sunday
        (in_china(2026, 10, 1, 10), False),  # a holiday on a Thursday
        (in_china(2026, 10, 10, 10), True),  # a Saturday that is worked
        (datetime(2026, 11, 23, 1, 0, tzinfo=UTC), True),  # 9:00 in China
    ],
)
def test_opening_hours(moment: datetime, open_: bool) -> None:  # noqa: FBT001
    assert office().open_at(moment) is open_


def test_the_next_opening_jumps_over_nights_weekends_and_holidays() -> None:
    assert office().opens_next(in_china(2026, 11, 23, 12, 10)) == in_china(2026, 11, 23, 13, 30)
    assert office().opens_next(in_china(2026, 11, 20, 18)) == in_china(2026, 11, 23, 8, 30)
    assert office().opens_next(in_china(2026, 9, 30, 18)) == in_china(2026, 10, 8, 8, 30)
    closed_for_good = office().model_copy(update={"hours": {}})
    assert closed_for_good.opens_next(MONDAY) is None


def test_groups_take_the_reasons_they_claim_and_the_first_takes_the_rest() -> None:
    assert office().group_for("fraud", "general").id == "oversight"
    assert office().group_for("asked", "settlement").id == "settlement"
    assert office().group_for("asked", "no such group").id == "general"


def test_a_broken_office_file_is_reported_whole_with_its_lines(tmp_path: Path) -> None:
    path = tmp_path / "office.yaml"
    path.write_text("name: X\nshort: Y\nhours:\n  1: ['9-8']\n  9: ['08:00-09:00']\ncolour: red\n", encoding="utf-8")
    made, faults = load_office(path)
    assert made is None
    assert [fault.line for fault in faults] == [4, 5, 6]
    assert str(faults[0]).startswith(f"{path}:4: hours.1.0: ")
    assert load_office(tmp_path / "none.yaml")[1][0].what.startswith("cannot be read")
    path.write_text("name: [", encoding="utf-8")
    assert load_office(path)[1][0].what.startswith("is not YAML")


def test_people_of_a_closed_group_see_only_it() -> None:
    from bot.desk.sight import visible_groups  # noqa: PLC0415

    assert visible_groups(person("x"), office()) == ["general", "settlement"]
    assert visible_groups(person("x", groups=("settlement",)), office()) == ["settlement"]
    assert visible_groups(person("x", "oversight"), office()) == ["oversight"]
    assert visible_groups(person("x", "supervisor"), office()) == ["general", "settlement"]
