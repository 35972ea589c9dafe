"""A line of the audit log that was changed or deleted is found; keys change while everything stays readable."""

from datetime import timedelta

import pytest
from members_office import NOW, WANG, Office

from bot.members.membership import Membership
from bot.privacy import chain
from bot.privacy.rotation import OldKeyInUse, forget_old, relock
from bot.privacy.vault import Vault


@pytest.fixture
def office(tmp_path, database):
    vault = Vault.open(tmp_path / "keys.json", create=True)
    return Office(database, membership=Membership(vault, office="示例"))


def log(office, count):
    def work(tx):
        for index in range(count):
            tx.note_audit("staff:1", "read", f"member:{index}", {"为什么": "核对"}, NOW + timedelta(seconds=index))

    office.store.run_sync(work)


def seal(office):
    return office.store.run_sync(lambda tx: chain.seal(tx.sql, office.membership.vault, NOW))


def verify(office, remembered=None):
    return office.store.run_sync(lambda tx: chain.verify(tx.sql, office.membership.vault, remembered))


def sql(office, statement):
    office.store.run_sync(lambda tx: tx.sql.exec_driver_sql(statement))


def test_new_lines_are_sealed_once_in_order(office):
    log(office, 3)
    assert verify(office).unsealed == 3
    assert (seal(office), seal(office)) == (3, 0)
    log(office, 2)
    assert seal(office) == 2
    verdict = verify(office)
    assert (verdict.sealed, verdict.unsealed, verdict.faults) == (5, 0, [])
    lines = list(office.store.run_sync(lambda tx: list(chain.export(tx.sql))))
    assert [line["about"] for line in lines] == ["member:0", "member:1", "member:2", "member:0", "member:1"]
    assert lines[-1]["seal"] == verdict.head


@pytest.mark.parametrize(
    ("damage", "found"),
    [
        ("UPDATE audit SET actor = 'staff:2' WHERE id = 2", "编号 2 的审计记录被改动"),
        ("UPDATE audit SET detail = '{}' WHERE id = 2", "编号 2 的审计记录被改动"),
        ("UPDATE audit SET at = '2026-11-20 02:00:09' WHERE id = 2", "编号 2 的审计记录被改动"),
        ("DELETE FROM audit WHERE id = 2", "编号 2 的审计记录被删除"),
        ("DELETE FROM audit_seals WHERE audit_id = 2", "第 3 个封条之前缺了封条"),
        ("UPDATE audit_seals SET audit_id = 9 WHERE audit_id = 2", "编号 9 的审计记录被删除"),
    ],
)
def test_every_kind_of_damage_is_named(office, damage, found):
    log(office, 4)
    seal(office)
    sql(office, damage)
    assert verify(office).faults == [found]


def test_an_end_cut_off_is_found_by_a_seal_written_down(office):
    log(office, 4)
    seal(office)
    head = verify(office).head
    assert verify(office, head).faults == []
    sql(office, "DELETE FROM audit WHERE id > 2")
    sql(office, "DELETE FROM audit_seals WHERE audit_id > 2")
    assert verify(office).faults == []
    assert len(verify(office, head).faults) == 1


def test_a_seal_made_without_the_key_is_no_seal(office):
    log(office, 2)
    office.store.run_sync(lambda tx: chain.seal(tx.sql, Vault.ephemeral(), NOW))
    assert len(verify(office).faults) == 2


def test_keys_change_and_everything_stays_readable(office):
    log(office, 2)
    seal(office)
    office.bind("t", WANG)
    vault = office.membership.vault
    vault.rotate()
    assert office.member("t").masked_name == "王*"
    with pytest.raises(OldKeyInUse, match="rotate"):
        forget_old(office.store, vault)
    assert relock(office.store, office.membership) == 6
    assert relock(office.store, office.membership) == 0
    assert forget_old(office.store, vault) == ["k1"]
    assert office.member("t").masked_name == "王*"
    office.bind("u", WANG)
    assert office.overview("u") == office.overview("t")
    assert verify(office).faults == []


def test_a_number_typed_a_moment_ago_keeps_its_key(office):
    office.begin("t", WANG.name, WANG.number)
    office.membership.vault.rotate()
    relock(office.store, office.membership)
    with pytest.raises(OldKeyInUse):
        forget_old(office.store, office.membership.vault)
    assert office.verify("t", office.code()) == "ok"
