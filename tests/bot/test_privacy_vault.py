"""What is locked opens only with its key and in its place; keys can be changed while the office works."""

import json
import stat
import time

import pytest

from bot.privacy import masks
from bot.privacy.idnumber import born, normal
from bot.privacy.vault import KeyFileBroken, KeyFileMissing, Unreadable, Vault


def test_what_is_sealed_opens_in_its_place_only():
    vault = Vault.ephemeral()
    blob = vault.seal("张三", "member:1:name")
    assert "张三".encode() not in blob
    assert vault.unseal(blob, "member:1:name") == "张三"
    with pytest.raises(Unreadable, match="不属于"):
        vault.unseal(blob, "member:2:name")
    with pytest.raises(Unreadable, match="改动"):
        vault.unseal(blob[:-1] + bytes([blob[-1] ^ 1]), "member:1:name")


def test_two_seals_of_one_text_differ_and_its_hash_does_not():
    vault = Vault.ephemeral()
    assert vault.seal("a", "x") != vault.seal("a", "x")
    assert vault.digest("id", "a") == vault.digest("id", "a")
    assert vault.digest("id", "a") != vault.digest("phone", "a")
    assert vault.digest("id", "a") != Vault.ephemeral().digest("id", "a")


def test_the_key_file_is_made_only_where_allowed_and_read_by_its_owner_only(tmp_path):
    path = tmp_path / "secret" / "keys.json"
    with pytest.raises(KeyFileMissing, match="yibao keys create"):
        Vault.open(path, create=False)
    blob = Vault.open(path, create=True).seal("张三", "x")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert Vault.open(path, create=False).unseal(blob, "x") == "张三"
    assert list(path.parent.iterdir()) == [path]


def test_after_a_rotation_old_data_opens_until_its_key_is_forgotten(tmp_path):
    path = tmp_path / "keys.json"
    vault = Vault.open(path, create=True)
    old, old_hash = vault.seal("张三", "x"), vault.digest("id", "1")
    assert vault.rotate() == "k2"
    again = Vault.open(path, create=False)
    assert again.ids == ["k1", "k2"]
    assert again.unseal(old, "x") == "张三"
    assert not again.is_current(old)
    assert again.is_current(again.seal("a", "x"))
    assert again.digests("id", "1")[1] == old_hash
    assert again.forget_old() == ["k1"]
    with pytest.raises(Unreadable, match="k1"):
        Vault.open(path, create=False).unseal(old, "x")


@pytest.mark.parametrize(
    "text", ["", "{}", '{"keys": {}}', '{"keys": {"k1": {"cipher": "YQ==", "lookup": "YQ=="}}}', "[]"]
)
def test_a_broken_key_file_is_said_to_be_broken(tmp_path, text):
    path = tmp_path / "keys.json"
    path.write_text(text)
    with pytest.raises(KeyFileBroken, match="备份"):
        Vault.open(path, create=True)
    assert path.read_text() == text


def test_a_running_server_notices_a_new_key_made_by_another_process(tmp_path, monkeypatch):
    path = tmp_path / "keys.json"
    server, command = Vault.open(path, create=True), Vault.open(path, create=True)
    server.digest("id", "1")
    command.rotate()
    new = command.seal("张三", "x")
    moment = time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: moment + 2)
    assert server.unseal(new, "x") == "张三"
    assert server.digests("id", "1") == command.digests("id", "1")
    assert server.mac("a") == command.mac("a") != Vault.ephemeral().mac("a")


def test_the_newest_key_is_the_one_with_the_highest_number(tmp_path):
    path = tmp_path / "keys.json"
    vault = Vault.open(path, create=True)
    for _ in range(10):
        vault.rotate()
    body = json.loads(path.read_text())
    path.write_text(json.dumps(body | {"keys": dict(sorted(body["keys"].items()))}))
    assert Vault.open(path, create=False).current == "k11"


@pytest.mark.parametrize(
    ("typed", "is_"),
    [
        ("11010519491231002X", "11010519491231002X"),
        ("１１０１０５ 19491231 002x", "11010519491231002X"),
        ("110105491231002", "11010519491231002X"),
        ("110105194912310021", None),
        ("11010519491331002X", None),
        ("1101051949123100", None),
        ("", None),
        ("张三", None),
    ],
)
def test_an_identity_number_is_understood_and_checked(typed, is_):
    assert normal(typed) == is_
    if is_:
        assert str(born(is_)) == "1949-12-31"


def test_masks_hide_all_but_the_ends():
    assert masks.name("张三") == masks.name("张三丰") == "张*"
    assert masks.name("欧阳修") == "欧阳*"
    assert masks.name("欧阳") == "欧*"
    assert masks.identity("11010519491231002X") == "1101…002X"
    assert masks.phone("13812345678") == "138****5678"
    assert masks.phone("65899999") == "****99"
