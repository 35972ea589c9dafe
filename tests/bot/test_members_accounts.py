"""A balance is what the ledger adds up to; totals, the fund's rest and the next credit follow from what is on file."""

from datetime import date
from itertools import pairwise

import pytest
import sqlalchemy
from hypothesis import given
from hypothesis import strategies as st
from members_office import CHEN, LI, TODAY, WANG, ZHAO, Office

from bot.app import fund_cap
from bot.members.accounts import _next_day, _shown
from bot.members.port import MovementRow, new_number
from bot.members.prefill import yuan
from bot.parameters import office_parameters
from bot.rulebook import load_rulebook


@pytest.fixture
def office(store):
    return Office(store)


def member_id(office, person):
    people = office.membership
    return office.store.run_sync(lambda tx: people.people(tx).member_by_hash(people.targets(person.number)).id)


def add(office, row):
    def work(tx):
        people = office.membership.people(tx)
        people.add_movement(row)
        account = people.account(row.member_id)
        account.balance += row.amount
        people.put_account(account)

    office.store.run_sync(work)


def test_the_sample_balance_is_the_one_worked_out_by_hand(office):
    office.bind("t", WANG)
    view = office.overview("t")
    # Twelve credits of 200.00; of the eleven gaps 0, 3, 6, 9 a pharmacy (a quarter, 50.00), 1, 4, 7, 10 a clinic
    # (a third, rounded away from zero: 66.67).
    assert view.balance == 12 * 20_000 - 4 * 5_000 - 4 * 6_667
    assert view.as_of == TODAY
    assert view.frozen is None
    assert len(view.movements) == 5
    assert view.movements[0].balance == view.balance
    assert view.movements[0].label == "每月划入"
    assert view.movements[0].day == date(2026, 11, 8)
    for newer, older in pairwise(view.movements):
        assert newer.day >= older.day
        assert older.balance == newer.balance - newer.amount
    # Of the year 2026: eleven credits; the gaps that lie in it are 1 to 10 (the first ends on 8 January).
    assert view.credited_this_year == 11 * 20_000
    assert view.spent_this_year == 3 * 5_000 + 4 * 6_667
    assert (view.stays_this_year, view.inpatient_total_this_year, view.fund_paid_this_year) == (1, 3_560_000, 2_368_000)
    assert view.fund_left == 24_000_000 - 2_368_000
    assert view.next_credit == date(2026, 12, 8)


@pytest.mark.slow
def test_the_limit_of_the_sample_office_is_four_wages():
    cap = fund_cap(load_rulebook(office_parameters(demo=True)))
    assert cap("henan-employee", TODAY) == 4 * 60_000_00
    assert cap("county-resident", TODAY) is None


def test_without_a_cap_nothing_is_said_of_what_is_left(office):
    office.bind("t", WANG)
    assert office.overview("t", cap=None).fund_left is None
    assert office.overview("t", cap=1_000).fund_left == 0


def test_two_stays_are_added_up(office):
    office.bind("t", LI)
    view = office.overview("t")
    assert (view.stays_this_year, view.inpatient_total_this_year, view.fund_paid_this_year) == (2, 2_080_000, 1_003_000)
    assert office.member("t").facts["admission_no"] == 3
    assert office.member("t").facts["status"] == "retired"


def test_a_frozen_account_says_why_and_expects_no_credit(office):
    office.bind("t", CHEN)
    view = office.overview("t")
    assert view.frozen == "单位欠缴医疗保险费,账户暂停使用"
    assert view.movements[0].label == "账户冻结" or view.movements[1].label == "账户冻结"
    assert view.next_credit is None


def test_a_resident_has_no_account(office):
    office.bind("t", ZHAO)
    assert office.overview("t") is None
    assert office.member("t").scheme == "county-resident"
    assert "account_balance" not in office.member("t").facts


def test_a_correction_counts_where_the_corrected_movement_does(office):
    id_ = member_id(office, WANG)
    office.bind("t", WANG)
    before = office.overview("t")
    wrong = new_number()
    add(office, MovementRow(wrong, id_, date(2026, 11, 10), "pharmacy", -3_000, place="示例大药房", row_key="a"))
    add(office, MovementRow(new_number(), id_, date(2026, 11, 12), "correction", 3_000, corrects=wrong, row_key="b"))
    after = office.overview("t")
    assert after.balance == before.balance
    assert after.spent_this_year == before.spent_this_year
    assert after.credited_this_year == before.credited_this_year
    assert [one.label for one in after.movements[:2]] == ["更正", "药店购药"]


def test_a_kept_balance_that_differs_is_overruled_by_the_ledger_and_noted(office, caplog):
    id_ = member_id(office, WANG)
    office.bind("t", WANG)
    right = office.overview("t").balance

    def spoil(tx):
        people = office.membership.people(tx)
        account = people.account(id_)
        account.balance += 1
        people.put_account(account)

    office.store.run_sync(spoil)
    assert office.overview("t").balance == right
    assert "differs" in caplog.text
    assert "balance_differs" in [row["act"] for row in office.audit()]


@pytest.mark.parametrize("statement", ["UPDATE movements SET amount = 0", "DELETE FROM movements"])
def test_the_database_refuses_to_change_or_delete_a_movement(database, statement):
    before = Office(database).store.run_sync(
        lambda tx: tx.sql.scalar(sqlalchemy.text("SELECT sum(amount) FROM movements"))
    )
    with pytest.raises(sqlalchemy.exc.DBAPIError, match="never changed"):
        database.run_sync(lambda tx: tx.sql.exec_driver_sql(statement))
    assert database.run_sync(lambda tx: tx.sql.scalar(sqlalchemy.text("SELECT sum(amount) FROM movements"))) == before


@given(st.lists(st.integers(-10_000, 10_000), max_size=8))
def test_running_balances_end_at_nothing_before_the_first_movement(amounts):
    rows = [MovementRow(i, 1, TODAY, "correction", amount) for i, amount in enumerate(amounts)][::-1]
    shown = _shown(rows, sum(amounts))
    assert all(one.balance - one.amount == after.balance for one, after in pairwise(shown))
    if shown:
        assert shown[-1].balance == shown[-1].amount


@pytest.mark.parametrize(
    ("day", "today", "this_month", "next_"),
    [
        (20, date(2026, 11, 3), True, date(2026, 11, 20)),
        (20, date(2026, 11, 20), False, date(2026, 12, 20)),
        (20, date(2026, 12, 21), False, date(2027, 1, 20)),
        (31, date(2027, 2, 3), True, date(2027, 2, 28)),
        (8, date(2026, 11, 20), True, date(2026, 12, 8)),
    ],
)
def test_the_next_credit_falls_on_its_day_or_the_months_last(day, today, this_month, next_):
    assert _next_day(day, today, this_month=this_month) == next_


def test_fen_are_written_as_yuan():
    assert [yuan(fen) for fen in (0, 5, 100, -1, 123456)] == ["0.00", "0.05", "1.00", "-0.01", "1234.56"]
