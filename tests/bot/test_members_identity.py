"""A member is found out by name, number and code, in memory and in SQL alike; nobody else learns anything."""

from datetime import date, timedelta

import pytest
from members_office import CHEN, LI, SUN, WANG, ZHANG, Office

from bot.members.port import RelationRow, new_number

STRANGER = "11010519491231002X"


@pytest.fixture
def office(store):
    return Office(store)


def test_a_member_binds_with_name_number_and_code(office):
    assert office.member("t") is None
    assert office.begin("t", "王秀英", WANG.number) == "sent"
    assert office.member("t") is None
    assert office.verify("t", office.code()) == "ok"
    view = office.member("t")
    assert (view.masked_name, view.scheme) == ("王*", "henan-employee")
    # Born 15 March 1972; one stay this year, 23,680.00 paid by the fund.
    assert view.facts == {
        "status": "active",
        "age": 54,
        "fund_used": "23680.00",
        "admission_no": 2,
        "account_balance": view.facts["account_balance"],
    }


def test_the_text_of_a_code_says_who_what_for_and_warns(office):
    office.begin("t", "王秀英", WANG.number)
    (text,) = office.terminal
    for part in ("示例医保中心", "199****0001", "核对您本人身份", "10分钟", "不要念给别人"):
        assert part in text
    assert WANG.phone not in text


@pytest.mark.parametrize(
    "typed",
    [
        WANG.number.lower(),
        f"{WANG.number[:6]} {WANG.number[6:14]} {WANG.number[14:]}",
        "".join(chr(ord(c) + 0xFEE0) for c in WANG.number),
    ],
)
def test_a_number_may_be_typed_wide_spaced_or_with_a_small_x(office, typed):
    assert office.begin("t", " 王秀英 ", typed) == "sent"
    assert office.verify("t", office.code()) == "ok"


def test_a_bad_number_is_said_to_be_bad(office):
    for number in (
        WANG.number[:-1] + ("0" if WANG.number[-1] != "0" else "1"),
        "110105194912310021",
        "123",
        "⟦身份证1⟧",
        "",
    ):
        assert office.begin("t", "王秀英", number) == "bad_number"
    assert office.terminal == []


@pytest.mark.parametrize(
    ("name", "number"),
    [("王秀英", STRANGER), ("王秀兰", WANG.number), (SUN.name, SUN.number), ("", WANG.number)],
    ids=["nobody", "another name", "dead", "no name"],
)
def test_who_is_not_there_gets_the_same_words_and_rows_and_no_code(office, name, number):
    """Every answer equals that of a real person who types wrong codes, as long as it goes."""
    said = [office.begin("x", name, number), office.verify("x", "123456"), office.verify("x", "123456")]
    assert said == ["sent", "wrong", "wrong"]
    assert office.terminal == []
    assert office.verify("x", "123456") == "locked"
    assert office.begin("x", name, number) == "locked"
    real = [
        office.begin("y", CHEN.name, CHEN.number),
        office.verify("y", office.wrong()),
        office.verify("y", office.wrong()),
    ]
    assert real == said
    acts = [row["act"] for row in office.audit()]
    assert acts.count("ask_code") == 2
    assert acts.count("wrong_code") == 5


def test_no_code_whatever_opens_a_decoy(office):
    office.begin("x", "王秀英", STRANGER)
    people = office.membership
    challenge = office.store.run_sync(lambda tx: people.people(tx).challenge(tx.thread_for("web", "main", "x", "x").id))
    # The code of a decoy is forgotten like a real one once the effect has run.
    assert challenge.code_cipher is None
    assert challenge.member_id is None


def test_a_code_dies_after_ten_minutes_after_three_tries_and_after_use(office):
    office.begin("a", WANG.name, WANG.number)
    office.now += timedelta(minutes=10, seconds=1)
    assert office.verify("a", office.code()) == "expired"
    office.begin("b", LI.name, LI.number)
    right = office.code()
    assert [office.verify("b", office.wrong()) for _ in range(3)] == ["wrong", "wrong", "locked"]
    assert office.verify("b", right) == "locked"
    office.bind("c", ZHANG)
    assert office.verify("c", office.code()) == "used"
    assert office.verify("d", "123456") == "none"


def test_a_code_of_another_conversation_is_wrong(office):
    office.begin("a", WANG.name, WANG.number)
    code = office.code()
    office.begin("b", LI.name, LI.number)
    assert office.code() == code or office.verify("b", code) == "wrong"


def test_a_newer_code_puts_the_older_out_of_force(office):
    office.begin("a", WANG.name, WANG.number)
    old = office.code()
    office.begin("a", WANG.name, WANG.number)
    assert old == office.code() or office.verify("a", old) == "old"
    assert office.verify("a", office.code()) == "ok"


def test_guessing_is_locked_for_the_member_across_channels_and_opens_again(office):
    office.begin("a", WANG.name, WANG.number)
    for _ in range(3):
        office.verify("a", office.wrong())
    assert office.begin("b", WANG.name, WANG.number, channel="wecom") == "locked"
    assert office.begin("b", LI.name, LI.number, channel="wecom") == "sent"
    office.now += timedelta(hours=1, seconds=1)
    assert office.begin("b", WANG.name, WANG.number, channel="wecom") == "sent"


def test_three_codes_a_number_and_six_a_conversation(office):
    assert [office.begin(f"t{i}", WANG.name, WANG.number) for i in range(4)] == ["sent"] * 3 + ["too_many"]
    others = [LI, LI, LI, ZHANG, ZHANG, ZHANG, CHEN]
    assert [office.begin("t", who.name, who.number) for who in others] == ["sent"] * 6 + ["too_many"]
    # A stranger's number is counted alike.
    assert [office.begin(f"s{i}", "某人", STRANGER) for i in range(4)] == ["sent"] * 3 + ["too_many"]
    office.now += timedelta(days=1, seconds=1)
    assert office.begin("t", WANG.name, WANG.number) == "sent"


def test_after_thirty_idle_minutes_a_fresh_code_is_needed(office):
    office.bind("t", WANG)
    for _ in range(3):
        office.now += timedelta(minutes=29)
        assert office.member("t") is not None
    office.now += timedelta(minutes=31)
    assert office.member("t") is None
    assert office.overview("t") is None
    assert office.do("t", lambda identity: identity.is_bound())
    assert office.do("t", lambda identity: identity.refresh()) == "sent"
    assert office.member("t") is None
    assert office.verify("t", office.code()) == "ok"
    assert office.member("t") is not None


def test_unbinding_forgets_and_says_whether_there_was_anything(office):
    office.bind("t", WANG)
    assert office.do("t", lambda identity: identity.unbind()) is True
    assert office.do("t", lambda identity: identity.unbind()) is False
    assert office.member("t") is None
    assert not office.do("t", lambda identity: identity.is_bound())
    assert office.do("t", lambda identity: identity.refresh()) == "closed"


def test_a_conversation_sees_its_own_member_only_and_a_member_may_have_several(office):
    office.bind("a", WANG)
    office.bind("b", LI)
    office.bind("c", WANG)
    assert office.member("a").masked_name == office.member("c").masked_name == "王*"
    assert office.member("b").masked_name == "李*"
    assert office.overview("a") == office.overview("c") != office.overview("b")
    office.bind("a", LI)
    assert office.member("a").masked_name == "李*"


def test_a_channel_that_may_not_show_personal_data_shows_none(office):
    office.bind("t", WANG, channel="telegram")
    assert office.member("t", channel="telegram") is None
    assert office.overview("t", channel="telegram") is None


def test_every_read_is_written_down_without_name_or_number(office):
    office.bind("t", WANG)
    office.member("t")
    office.overview("t")
    rows = office.audit()
    acts = [row["act"] for row in rows]
    assert {"ask_code", "bind", "read_member", "read_account"} <= set(acts)
    read = next(row for row in rows if row["act"] == "read_account")
    assert read["about"].startswith("member:")
    assert read["detail"] == {"channel": "web", "why": "本人"}
    assert not any(part in str(rows) for part in (WANG.name, WANG.number, WANG.phone))


def test_a_merged_record_leads_to_the_one_that_stays(office):
    def merge(tx):
        people = office.membership.people(tx)
        old = people.member_by_hash(office.membership.targets(ZHANG.number))
        old.merged_into = people.member_by_hash(office.membership.targets(WANG.number)).id
        people.put_member(old)

    office.store.run_sync(merge)
    office.begin("t", ZHANG.name, ZHANG.number)
    assert "199****0001" in office.terminal[-1]
    office.verify("t", office.code())
    assert office.member("t").masked_name == "王*"


def test_the_scheme_is_that_of_the_relation_in_force(office):
    def retire(tx):
        people = office.membership.people(tx)
        member = people.member_by_hash(office.membership.targets(WANG.number))
        (now,) = people.relations(member.id)
        now.until = date(2026, 10, 31)
        people.put_relation(now)
        people.put_relation(RelationRow(new_number(), member.id, "county-resident", "", "resident", date(2026, 11, 1)))

    office.store.run_sync(retire)
    office.bind("t", WANG)
    assert office.member("t").scheme == "county-resident"
    assert "status" not in office.member("t").facts
