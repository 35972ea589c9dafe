"""A link from the counter binds once; “我的数据” shows what is kept and who looked; what is old is forgotten."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from members_office import NOW, SUN, WANG, ZHANG, Office

from bot.members.counter import CounterRefused, issue, redeem
from bot.members.mydata import export, forget_thread, my_data
from bot.members.retention import Retention, forget_conversations, sweep
from bot.members.wiring import identity_port
from bot.privacy.secrets import keep
from bot.storage.port import MessageRow, new_id


@pytest.fixture
def office(store):
    return Office(store)


def give(office, name=WANG.name, number=WANG.number, reason="核对身份证原件"):
    return office.store.run_sync(
        lambda tx: issue(tx, office.membership, staff_id="s1", name=name, number=number, reason=reason, now=office.now)
    )


def use(office, thread, secret):
    def work(tx):
        row = tx.thread_for("web", "main", thread, thread)
        return redeem(tx, office.membership, row, secret, office.now)

    return office.store.run_sync(work)


def with_thread(office, thread, work):
    return office.store.run_sync(lambda tx: work(tx, tx.thread_for("web", "main", thread, thread)))


def test_a_link_binds_once_and_is_written_down(office):
    secret = give(office)
    assert use(office, "t", secret)
    assert office.member("t").masked_name == "王*"
    assert not use(office, "u", secret)
    acts = {row["act"]: row for row in office.audit()}
    assert acts["issue_link"]["detail"] == {"why": "核对身份证原件"}
    assert acts["bind_by_link"]["detail"] == {"channel": "web", "staff": "s1"}
    assert secret not in str(office.audit())


def test_a_link_dies_after_a_quarter_of_an_hour_and_a_made_up_one_never_lives(office):
    secret = give(office)
    office.now += timedelta(minutes=15, seconds=1)
    assert not use(office, "t", secret)
    assert not use(office, "t", "made-up")
    assert office.member("t") is None


@pytest.mark.parametrize(
    ("person", "part"),
    [
        ({"reason": " "}, "证件"),
        ({"number": "110105194912310021"}, "身份证号不对"),
        ({"number": "11010519491231002X"}, "没有"),
        ({"name": "王秀兰"}, "没有"),
        ({"name": SUN.name, "number": SUN.number}, "死亡"),
    ],
)
def test_no_link_is_given_out_without_reason_or_for_the_wrong_person(office, person, part):
    with pytest.raises(CounterRefused, match=part):
        give(office, **person)


def test_my_data_shows_what_is_kept_and_who_looked(office):
    office.bind("t", WANG)
    office.overview("t")
    use(office, "u", give(office))
    office.overview("u")
    data = with_thread(office, "t", lambda tx, row: my_data(tx, row, office.now, office.membership))
    assert (data.name, data.number, data.phone) == ("王*", f"9999…{WANG.number[-4:]}", "199****0001")
    assert data.stays == 1
    assert data.movements == 20
    looks = [(look.who, look.act) for look in data.looks]
    assert ("工作人员", "柜台发绑定码") in looks
    assert ("您绑定的其他对话", "查看账户") in looks
    assert ("本对话", "查看账户") in looks
    office.bind("z", ZHANG)
    other = with_thread(office, "z", lambda tx, row: my_data(tx, row, office.now, office.membership))
    assert all(look.who == "本对话" for look in other.looks)


def test_an_export_adds_up_to_the_balance_and_needs_a_fresh_binding(office):
    assert with_thread(office, "t", lambda tx, row: export(tx, row, office.now, office.membership)) is None
    assert with_thread(office, "t", lambda tx, row: my_data(tx, row, office.now, office.membership)) is None
    office.bind("t", WANG)
    data = with_thread(office, "t", lambda tx, row: export(tx, row, office.now, office.membership))
    fen = sum(int(one["amount"].replace(".", "")) for one in data["movements"])
    assert fen == office.overview("t").balance
    assert data["stays"][0]["fund_paid"] == "23680.00"
    assert WANG.number not in str(data)


def test_old_traces_are_forgotten_and_the_ledger_stays(database):
    office = Office(database)
    office.bind("t", WANG)
    use(office, "u", give(office))
    with_thread(office, "t", lambda tx, row: keep(tx, office.membership.vault, row.id, {"⟦身份证1⟧": "1"}, office.now))
    assert database.run_sync(lambda tx: sweep(tx, NOW)) == 0
    assert database.run_sync(lambda tx: sweep(tx, NOW + timedelta(days=2))) == 2  # the challenge and the typed number
    # A month later: the attempts (send, sms, ok) and the link.
    assert database.run_sync(lambda tx: sweep(tx, NOW + timedelta(days=31))) == 4
    assert database.run_sync(lambda tx: sweep(tx, NOW + timedelta(days=366))) == 2  # two idle bindings
    office.bind("v", WANG)
    assert office.overview("v").balance > 0


def test_the_words_of_a_long_idle_conversation_go_and_a_younger_ones_stay(database):
    def talk(tx, name, at):
        row = tx.thread_for("web", "main", name, name)
        tx.save_state(row.id, {"known": {}}, at)
        tx.add_message(MessageRow(new_id(), row.id, 0, "member", "我妈住院了", at))
        return row.id

    old = database.run_sync(lambda tx: talk(tx, "old", NOW - timedelta(days=91)))
    young = database.run_sync(lambda tx: talk(tx, "young", NOW - timedelta(days=89)))
    kept = Retention(conversations=timedelta(days=90))
    assert database.run_sync(lambda tx: forget_conversations(tx, NOW, kept)) == 1
    assert database.run_sync(lambda tx: forget_conversations(tx, NOW, kept)) == 0
    assert database.run_sync(lambda tx: [len(tx.messages(one)) for one in (old, young)]) == [0, 1]


def test_leaving_and_clearing_forgets_the_binding(office):
    office.bind("t", WANG)
    with_thread(office, "t", lambda tx, row: forget_thread(tx, office.membership, row.id))
    assert office.member("t") is None
    assert not office.do("t", lambda identity: identity.is_bound())


def test_a_link_row_keeps_only_a_hash(database):
    office = Office(database)
    secret = give(office)
    (row,) = database.run_sync(lambda tx: tx.sql.exec_driver_sql("SELECT * FROM counter_links").all())
    assert secret not in str(row)


@pytest.mark.parametrize("attempt", range(3))
def test_a_link_used_twice_at_the_same_moment_binds_once(database, attempt):
    office = Office(database)
    secret = give(office)
    with ThreadPoolExecutor(2) as pool:
        used = list(pool.map(lambda thread: use(office, thread, secret), [f"a{attempt}", f"b{attempt}"]))
    assert sorted(used) == [False, True]


def test_many_conversations_at_once_get_no_more_codes_than_one(database):
    office = Office(database)
    for index in range(8):
        database.run_sync(lambda tx, index=index: tx.thread_for("web", "main", f"t{index}", f"t{index}"))

    def begin(index):
        def work(tx):
            row = tx.thread_for("web", "main", f"t{index}", f"t{index}")
            return identity_port(tx, row, office.now, office.membership).begin(WANG.name, WANG.number)

        return database.run_sync(work)

    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(begin, range(8)))
    assert sorted(outcomes) == ["sent"] * 3 + ["too_many"] * 5
