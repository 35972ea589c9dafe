"""Files as offices export them come in whole, once, and a bad row is named with its line and what to do."""

import contextlib
import csv
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from members_office import WANG, Office
from openpyxl import Workbook
from sqlalchemy import func, select

from bot.members import tables as t
from bot.members.intake import batch as intake_batch
from bot.members.intake import values
from bot.members.intake.batch import preview, run
from bot.members.intake.ledger import MovementsIntake, StaysIntake
from bot.members.intake.people import MembersIntake
from bot.members.intake.reading import BadFile, read
from bot.members.intake.values import BadCell
from bot.privacy.idnumber import check_character

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)


def number(order, born="19800101"):
    body = f"888888{born}{order:03d}"
    return body + check_character(body)


@pytest.fixture
def office(database):
    return Office(database)


def members(office, path, *, accept_valid=False, name=None, schemes=None):
    intake = MembersIntake(office.membership, schemes or {"": "henan-employee"})
    return run(office.store, intake, path, name=name, accept_valid=accept_valid, clock=lambda: NOW)


def movements(office, path, *, accept_valid=False, name=None):
    intake = MovementsIntake(office.membership, "credit")
    return run(office.store, intake, path, name=name, accept_valid=accept_valid, clock=lambda: NOW)


def write(path, text, encoding="utf-8"):
    path.write_bytes(text.encode(encoding))
    return path


def count(office, table):
    return office.store.run_sync(lambda tx: tx.sql.scalar(select(func.count()).select_from(table)))


def balance(office, who):
    def work(tx):
        people = office.membership.people(tx)
        return people.account(people.member_by_hash(office.membership.targets(who)).id).balance

    return office.store.run_sync(work)


MEMBERS = f"""人员信息导出表,,,,,
姓名,身份证号码(必填),手机号码,险种,单位名称,人员状态,参保日期
甲一,{number(1)},13800000001,,甲单位,在职,2016-11-20
乙二,'{number(2).lower()},138 0000 0002,,乙单位,退休,2010/7/1
丙三,{number(3)},,county-resident,丙村,居民,20170101
"""


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk"])
def test_members_come_from_a_csv_in_any_usual_encoding(office, tmp_path, encoding):
    outcome = members(office, write(tmp_path / "m.csv", MEMBERS, encoding))
    assert (outcome.rows, outcome.applied, outcome.bad) == (3, 3, [])
    assert office.begin("t", "乙二", number(2)) == "sent"
    assert "138****0002" in office.terminal[-1]
    assert office.verify("t", office.code()) == "ok"
    assert office.member("t").facts["status"] == "retired"
    assert count(office, t.staged_members) == 0


def test_members_come_from_excel_with_days_and_numbers_as_excel_keeps_them(office, tmp_path):
    book = Workbook()
    sheet = book.active
    sheet.append(["姓名", "身份证号", "联系电话", "人员状态", "参保时间"])
    sheet.append(["甲一", number(1), 13800000001, "在职", date(2016, 11, 20)])
    sheet.append(["乙二", number(2), "13800000002", "退休人员", 42694])
    sheet.append(["丙三", int(number(3)[:15] + "000"), None, "在职", "2016.11.20"])
    book.save(tmp_path / "m.xlsx")
    outcome = members(office, tmp_path / "m.xlsx", accept_valid=True)
    assert outcome.applied == 2
    assert outcome.bad == [(4, "身份证号被 Excel 改成了数字,后几位已丢失;请把这一列设为“文本”后从原系统重新导出")]
    since = office.store.run_sync(
        lambda tx: tx.sql.scalars(select(t.relations.c.since).where(t.relations.c.unit == "")).all()
    )
    assert set(since) == {date(2016, 11, 20)}


def test_bad_rows_stop_the_batch_and_the_others_wait_for_accept_valid(office, tmp_path):
    before = count(office, t.members)
    text = (
        MEMBERS
        + f"丁四,{number(4)[:-1]}{'0' if number(4)[-1] != '0' else '1'},,,,在职,2016-11-20\n"
        + f",{number(5)},,,,在职,2016-11-20\n"
    )
    text += (
        f"己六,{number(6)},,,,不知道,2016-11-20\n庚七,{number(7)},,,,在职,昨天\n甲一,{number(1)},,,,在职,2016-11-20\n"
    )
    path = write(tmp_path / "m.csv", text)
    outcome = members(office, path)
    assert outcome.applied == 0
    assert [line for line, _ in outcome.bad] == [6, 7, 8, 9, 10]
    assert count(office, t.members) == before
    for (_, problem), part in zip(
        outcome.bad, ("校验码", "姓名空着", "人员状态认不出", "日期看不懂", "写了两遍"), strict=True
    ):
        assert part in problem
        assert ";" in problem
    outcome = members(office, path, accept_valid=True)
    assert (outcome.rows, outcome.applied, len(outcome.bad)) == (8, 3, 5)
    assert count(office, t.members) == before + 3


def test_the_same_file_again_changes_nothing_and_a_newer_one_updates(office, tmp_path):
    path = write(tmp_path / "m.csv", MEMBERS)
    members(office, path)
    n = count(office, t.members)
    assert members(office, path).already
    newer = write(
        tmp_path / "n.csv", MEMBERS.replace("13800000001", "13900000001").replace("在职,2016-11-20", "退休,2016-11-20")
    )
    assert members(office, newer).applied == 3
    assert count(office, t.members) == n
    office.bind("t", type(WANG)("甲一", number(1), "", ""))
    assert "139****0001" in office.terminal[-1]
    assert office.member("t").facts["status"] == "retired"


def test_a_file_without_the_columns_is_refused_with_their_names(office, tmp_path):
    with pytest.raises(BadFile, match="身份证号、姓名、参保日期"):
        members(office, write(tmp_path / "m.csv", "a,b\n1,2\n"))
    with pytest.raises(BadFile, match="xlsx"):
        members(office, write(tmp_path / "m.xlsx", "no excel"))
    with pytest.raises(BadFile, match="xlsx"):
        members(office, write(tmp_path / "m.csv", "PK\x03\x04"))


def test_a_preview_writes_nothing(office, tmp_path):
    n = count(office, t.members)
    rows = preview(
        MembersIntake(office.membership, {"": "henan-employee"}), write(tmp_path / "m.csv", MEMBERS), office.store
    )
    assert [row[2] for row in rows] == [None] * 3
    assert (count(office, t.members), count(office, t.staged_members), count(office, t.batches)) == (n, 0, 0)


CREDITS = f"""身份证号,姓名,划账日期,个人缴费划入,单位缴费划入,划入合计
{number(1)},甲一,2026-11,90.00,45.00,135.00
{number(2)},乙二,2026/11/8,,"1,180.00",1180
"""


def test_a_months_credits_open_accounts_and_add_up(office, tmp_path):
    members(office, write(tmp_path / "m.csv", MEMBERS))
    outcome = movements(office, write(tmp_path / "a.csv", CREDITS, "gbk"))
    assert (outcome.applied, outcome.bad) == (2, [])
    assert (balance(office, number(1)), balance(office, number(2))) == (13_500, 118_000)
    assert movements(office, tmp_path / "a.csv").already
    later = CREDITS.replace("2026-11,", "2026-12,").replace("2026/11/8", "2026/12/8")
    movements(office, write(tmp_path / "b.csv", later))
    assert (balance(office, number(1)), balance(office, number(2))) == (27_000, 236_000)
    office.bind("t", type(WANG)("乙二", number(2), "", ""))
    view = office.overview("t")
    assert (view.balance, view.as_of, len(view.movements)) == (236_000, date(2026, 12, 8), 2)


def test_what_cannot_be_is_named(office, tmp_path):
    members(office, write(tmp_path / "m.csv", MEMBERS))
    text = f"""流水号,身份证号,姓名,日期,业务类型,金额,原流水号
a1,{number(1)},甲一,2026-11-08,每月划入,100,
a2,{number(1)},甲一,2026-11-09,药店购药,30.5,
a2,{number(1)},甲一,2026-11-09,药店购药,30.5,
a3,{number(2)},乙二,2026-11-09,药店购药,0.01,
a4,{number(1)},乙二,2026-11-09,药店购药,1,
a5,{number(9)},壬九,2026-11-09,药店购药,1,
a6,{number(1)},甲一,2026-11-09,送礼,1,
a7,{number(1)},甲一,2026-11-09,利息,-1,
a8,{number(1)},甲一,2026-11-09,更正,5,
a9,{number(1)},甲一,2026-11-09,更正,5,zz
b1,{number(1)},甲一,2026-11-09,药店购药,1.234,
b2,{number(1)},甲一,2026-11-09,药店购药,,
"""
    outcome = movements(office, write(tmp_path / "a.csv", text), accept_valid=True)
    problems = [problem for _, problem in outcome.bad]
    parts = [
        "重复", "透支", "不是同一个人", "没有这个人", "认不出", "不能是负数",
        "没有写原流水号", "找不到", "三位", "为零",
    ]  # fmt: skip
    assert [line for line, _ in outcome.bad] == list(range(4, 14))
    assert all(part in problem for part, problem in zip(parts, problems, strict=True)), problems
    assert balance(office, number(1)) == 10_000 - 3_050
    fixed = f"""流水号,身份证号,日期,业务类型,金额,原流水号
a9,{number(1)},2026-11-12,更正,30.5,a2
a1,{number(1)},2026-11-08,每月划入,100,
"""
    outcome = movements(office, write(tmp_path / "b.csv", fixed), name=outcome.name)
    assert outcome.applied == 1  # a1 stands already in this batch
    assert balance(office, number(1)) == 10_000


def test_a_frozen_account_takes_credits_and_no_spending(office, tmp_path):
    members(office, write(tmp_path / "m.csv", MEMBERS))
    head = "身份证号,日期,业务类型,金额,备注\n"
    first = f"{head}{number(1)},2026-11-01,划入,100,\n{number(1)},2026-11-02,冻结,,单位欠费\n"
    movements(office, write(tmp_path / "a.csv", first))
    outcome = movements(office, write(tmp_path / "b.csv", f"{head}{number(1)},2026-11-03,购药,10,\n"))
    assert "冻结" in outcome.bad[0][1]
    movements(
        office, write(tmp_path / "c.csv", f"{head}{number(1)},2026-11-04,解冻,,\n{number(1)},2026-11-05,购药,10,\n")
    )
    assert balance(office, number(1)) == 9_000


def test_missing_members_may_come_first_and_the_same_file_then_passes(office, tmp_path):
    path = write(tmp_path / "a.csv", CREDITS)
    assert len(movements(office, path).bad) == 2
    members(office, write(tmp_path / "m.csv", MEMBERS))
    assert movements(office, path).applied == 2


def test_an_import_that_was_cut_goes_on_where_it_was(office, tmp_path, monkeypatch):
    monkeypatch.setattr(intake_batch, "CHUNK", 100)
    lines = [f"员{i},{number(i)},,,甲单位,在职,2016-11-20" for i in range(1, 951)]
    path = write(tmp_path / "m.csv", "\n".join([MEMBERS.splitlines()[1], *lines]))

    def cut(line):
        if line > 400:
            raise KeyboardInterrupt

    intake = MembersIntake(office.membership, {"": "henan-employee"})
    with contextlib.suppress(KeyboardInterrupt):
        run(office.store, intake, path, name=None, accept_valid=False, clock=lambda: NOW, progress=cut)
    assert count(office, t.staged_members) == 400
    seen = []
    outcome = run(office.store, intake, path, name=None, accept_valid=False, clock=lambda: NOW, progress=seen.append)
    assert seen[0] == 501
    assert outcome.applied == 950


def test_stays_come_in_and_count(office, tmp_path):
    text = f"""结算号,身份证号,入院日期,出院日期,医院名称,总费用,统筹支付
s1,{WANG.number},2026-10-01,2026-10-09,甲医院,"10,000.00",5600
s2,{WANG.number},2026-10-09,2026-10-01,甲医院,1,1
s3,{WANG.number},2026-10-01,2026-10-09,甲医院,1,2
"""
    intake = StaysIntake(office.membership)
    outcome = run(office.store, intake, write(tmp_path / "s.csv", text), name="s", accept_valid=True, clock=lambda: NOW)
    assert (outcome.applied, [line for line, _ in outcome.bad]) == (1, [3, 4])
    office.bind("t", WANG)
    assert office.overview("t").stays_this_year == 2
    assert office.overview("t").fund_paid_this_year == 2_368_000 + 560_000


@pytest.mark.parametrize(
    "cell",
    [
        "2016-11-20",
        "2016/11/20",
        "20161120",
        "2016年11月20日",
        "2016.11.20",
        "42694",
        "２０１６-11-20",
        "2016/11/20 0:00:00",
    ],
)
def test_a_day_is_understood_however_it_is_written(cell):
    assert values.day(cell) == date(2016, 11, 20)


@pytest.mark.parametrize("cell", ["", "昨天", "2016-13-01", "2016-02-30", "1", "0016-01-01"])
def test_no_day_is_said_to_be_none(cell):
    with pytest.raises(BadCell):
        values.day(cell)


@pytest.mark.parametrize(
    ("cell", "fen"),
    [("1234.5", 123450), ("¥1,234.50元", 123450), ("(12.00)", -1200), ("-0.01", -1), ("１２．３", 1230), ("0", 0),
     ("1234.5600000000001", 123456), ("1e3", 100000)],
)  # fmt: skip
def test_an_amount_is_understood_to_the_fen(cell, fen):
    assert values.fen(cell) == fen


@pytest.mark.parametrize("cell", ["", "一百", "1.234", "NaN", "Infinity", "1-2", "99999999999999999999"])
def test_no_amount_is_said_to_be_none(cell):
    with pytest.raises(BadCell):
        values.fen(cell)


@given(st.integers(-(10**11), 10**11))
def test_every_fen_survives_being_printed_and_read(fen):
    assert values.fen(f"{fen // 100 if fen >= 0 else -(-fen // 100)}.{abs(fen) % 100:02d}") == fen or -100 < fen < 0
    assert values.fen(f"{'-' if fen < 0 else ''}{abs(fen) // 100:,}.{abs(fen) % 100:02d}元") == fen


@given(
    st.lists(
        st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=8), min_size=3, max_size=3),
        max_size=5,
    )
)
def test_any_table_is_read_without_a_fault(tmp_path_factory, rows):
    path = tmp_path_factory.mktemp("x") / "a.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([["姓名", "身份证号", "参保日期"], *rows])
    headers = MembersIntake.headers
    assert len(list(read(path, headers, MembersIntake.need))) <= len(rows)


def test_a_phone_number_in_a_remark_does_not_reach_the_ledger(office, tmp_path):
    members(office, write(tmp_path / "m.csv", MEMBERS))
    head = "身份证号,日期,业务类型,金额,备注\n"
    movements(office, write(tmp_path / "a.csv", f"{head}{number(1)},2026-11-01,划入,100,经办人13812345678\n"))
    places = office.store.run_sync(lambda tx: tx.sql.scalars(select(t.movements.c.place)).all())
    assert "经办人⟦手机1⟧" in places
