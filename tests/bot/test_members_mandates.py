"""One member lets another look: offered, taken up, limited in scope and time, ended by either side, on record."""

from datetime import timedelta

import pytest
from members_office import LI, SUN, TODAY, WANG, ZHANG, Office

from bot.members import counter
from bot.members.reveal import RevealRefused, reveal, reveal_of_thread
from bot.members.wiring import accounts_port, records_port


@pytest.fixture
def office(store):
    made = Office(store)
    made.bind("wang", WANG)
    made.bind("li", LI)
    return made


def records(office, thread, work):
    def turn(tx):
        row = tx.thread_for("web", "main", thread, thread)
        return work(records_port(tx, row, office.now, office.membership))

    return office.store.run_sync(turn)


def accounts(office, thread, work):
    def turn(tx):
        row = tx.thread_for("web", "main", thread, thread)
        return work(accounts_port(tx, row, office.now, office.membership, lambda *_: 24_000_000))

    return office.store.run_sync(turn)


def look(office, thread, mandate):
    return accounts(office, thread, lambda port: port.overview(TODAY, mandate))


def let_look(office, scope="account+stays", days=90):
    code = records(office, "wang", lambda port: port.grant(scope, days))
    assert office.do("li", lambda identity: identity.redeem(code)) == "mandate"
    (held,) = records(office, "li", lambda port: port.held())
    return held


def test_a_child_looks_at_a_parents_account_and_both_see_it(office):
    held = let_look(office)
    assert (held.name, held.basis, held.scope) == ("王*", "本人同意", "个人账户和住院")
    (given,) = records(office, "wang", lambda port: port.given())
    assert (given.name, given.accepted) == ("李*", True)
    theirs, own = look(office, "li", held.id), look(office, "wang", "")
    assert (theirs.whose, theirs.balance, theirs.fund_paid_this_year) == ("王*", own.balance, 2_368_000)
    assert look(office, "li", "").whose == ""
    seen = [row for row in office.audit() if row["act"] == "read_account" and "mandate" in row["detail"]]
    assert [row["detail"]["why"] for row in seen] == ["授权:本人同意"]
    assert seen[0]["detail"]["mandate"] == held.id
    kept = records(office, "wang", lambda port: port.kept())
    assert ("您绑定的其他对话", "查看账户", "授权:本人同意") in [(one.who, one.act, one.why) for one in kept.looks]


def test_a_narrow_mandate_shows_no_stays(office):
    held = let_look(office, scope="account")
    view = look(office, "li", held.id)
    assert view.balance > 0
    assert (view.stays_this_year, view.fund_paid_this_year, view.fund_left) == (0, 0, None)


@pytest.mark.parametrize("by", ["wang", "li"])
def test_either_side_ends_it(office, by):
    held = let_look(office)
    assert records(office, by, lambda port: port.revoke(held.id)) is True
    assert records(office, by, lambda port: port.revoke(held.id)) is False
    assert look(office, "li", held.id) is None
    assert records(office, "li", lambda port: port.held()) == ()


def test_it_ends_by_itself_and_with_the_idle_half_hour(office):
    held = let_look(office, days=1)
    office.now += timedelta(minutes=31)
    assert look(office, "li", held.id) is None
    office.now += timedelta(days=1)
    office.bind("li2", LI)
    assert look(office, "li2", held.id) is None


def test_only_the_holder_may_look_or_end(office):
    held = let_look(office)
    office.bind("zhang", ZHANG)
    assert look(office, "zhang", held.id) is None
    assert records(office, "zhang", lambda port: port.revoke(held.id)) is False
    for made_up in ("1", "x", "９", "-1", str(2**62)):
        assert look(office, "li", made_up) is None


def test_a_code_works_once_for_somebody_bound_who_is_not_its_giver(office):
    code = records(office, "wang", lambda port: port.grant("account", 30))
    assert office.do("wang", lambda identity: identity.redeem(code)) == "own"
    assert office.do("nobody", lambda identity: identity.redeem(code)) == "bind_first"
    assert office.do("li", lambda identity: identity.redeem(code.lower().replace("-", " "))) == "mandate"
    assert office.do("li", lambda identity: identity.redeem(code)) == "dead"
    late = records(office, "wang", lambda port: port.grant("account", 30))
    office.now += timedelta(minutes=31)
    office.bind("li", LI)
    assert office.do("li", lambda identity: identity.redeem(late)) == "dead"
    assert not any(part in str(office.audit()) for part in (code, late, code[3:7]))


def test_nothing_is_given_by_somebody_not_bound_or_out_of_measure(office):
    assert records(office, "nobody", lambda port: port.grant("account", 30)) is None
    assert records(office, "wang", lambda port: port.grant("everything", 30)) is None
    assert records(office, "wang", lambda port: port.grant("account", 4000)) is None


def at_counter(office, person, basis, days=90):
    given = {"staff_id": "s1", "name": person.name, "number": person.number, "reason": "核对户口本"}
    return office.store.run_sync(
        lambda tx: counter.issue_mandate(
            tx, office.membership, basis=basis, scope="account", days=days, now=office.now, **given
        )
    )


def test_an_heir_sees_a_dead_members_account_by_the_counter_only(office):
    with pytest.raises(counter.CounterRefused, match="继承人"):
        at_counter(office, WANG, "heir")
    with pytest.raises(counter.CounterRefused, match="继承人"):
        at_counter(office, SUN, "guardian")
    with pytest.raises(counter.CounterRefused, match="三年"):
        at_counter(office, SUN, "heir", days=5000)
    code = at_counter(office, SUN, "heir")
    assert office.do("li", lambda identity: identity.redeem(code)) == "mandate"
    (held,) = records(office, "li", lambda port: port.held())
    assert look(office, "li", held.id).whose == "孙*"
    offered = next(row for row in office.audit() if row["act"] == "offer_mandate")
    assert (offered["actor"], offered["detail"]["why"]) == ("staff:s1", "核对户口本")


def test_deleting_ends_bindings_and_mandates_and_asks_for_the_words_to_go(office):
    held = let_look(office)
    office.bind("wang2", WANG)
    assert records(office, "wang", lambda port: port.forget()) is True
    assert records(office, "wang", lambda port: port.forget()) is False
    effects = office.store.run_sync(lambda tx: tx.take_effects(10))
    assert [row.kind for row in effects] == ["forget_me", "forget_me"]
    assert office.member("wang2") is None
    assert look(office, "li", held.id) is None


def test_what_a_failed_turn_changed_is_taken_back(office):
    def fails(tx):
        row = tx.thread_for("web", "main", "wang", "wang")
        records_port(tx, row, office.now, office.membership).forget()
        raise RuntimeError

    with pytest.raises(RuntimeError):
        office.store.run_sync(fails)
    assert office.member("wang") is not None


def test_a_number_is_revealed_with_a_reason_and_on_record(office):
    def ask(reason, what="phone", thread="wang"):
        def work(tx):
            row = tx.thread_for("web", "main", thread, thread)
            given = {"what": what, "staff_id": "s1", "reason": reason, "now": office.now}
            return reveal_of_thread(tx, office.membership, row.id, **given)

        return office.store.run_sync(work)

    assert ask("回拨核实住院情况") == WANG.phone
    assert ask("核对证件号码", "identity") == WANG.number
    assert ask("称呼参保人", "name") == WANG.name
    for refused in (("", "phone"), ("看看", "phone"), ("核对证件号码", "everything")):
        with pytest.raises(RevealRefused):
            ask(*refused)
    with pytest.raises(RevealRefused, match="绑定"):
        ask("核对证件号码", thread="nobody")
    with pytest.raises(RevealRefused):
        office.store.run_sync(
            lambda tx: reveal(tx, office.membership, 1, what="phone", staff_id="s", reason="核对号码", now=office.now)
        )
    seen = [row for row in office.audit() if row["act"] == "reveal"]
    assert {row["detail"]["what"] for row in seen} == {"phone", "identity", "name"}
    assert WANG.phone not in str(seen)
