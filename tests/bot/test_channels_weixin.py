"""Encryption, signatures and XML of WeChat and WeCom, against libraries that others wrote."""

from __future__ import annotations

import warnings

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.weixin import xml
from bot.channels.weixin.crypto import WxCrypt, WxCryptError, seal, signature, signed

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    wechatpy = pytest.importorskip("wechatpy", reason="wechatpy is an independent peer")
    werobot_crypt = pytest.importorskip("werobot.crypto", reason="werobot is an independent peer")
    from wechatpy.crypto import WeChatCrypto
    from wechatpy.exceptions import InvalidSignatureException
    from wechatpy.replies import TextReply
    from wechatpy.utils import check_signature

TOKEN, APPID, KEY = "tok", "wx0123456789abcdef", "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
OURS = WxCrypt(KEY, APPID)
THEIRS = WeChatCrypto(TOKEN, KEY, APPID)
OTHERS = werobot_crypt.MessageCrypt(TOKEN, KEY, APPID)
WORDS = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1)


@given(WORDS)
def test_what_they_encrypt_we_read(text: str) -> None:
    stamped = THEIRS.encrypt_message(text, "n1", "1480000000")
    fields = xml.read(stamped.encode())
    assert signed(fields["MsgSignature"], TOKEN, "1480000000", "n1", fields["Encrypt"])
    assert OURS.decrypt(fields["Encrypt"]).decode() == text
    assert OURS.decrypt(xml.read(OTHERS.encrypt_message(text, "1480000000", "n1").encode())["Encrypt"]).decode() == text


@given(WORDS)
def test_what_we_encrypt_they_read(text: str) -> None:
    sealed = seal(OURS, TOKEN, text.encode(), "1480000000")
    fields = xml.read(sealed)
    assert THEIRS.decrypt_message(sealed, fields["MsgSignature"], "1480000000", fields["Nonce"]) == text
    read = OTHERS.decrypt_message("1480000000", fields["Nonce"], fields["MsgSignature"], fields["Encrypt"])
    assert (read.decode() if isinstance(read, bytes) else read) == text


@given(st.binary(min_size=1, max_size=200))
def test_every_tampered_message_is_refused(change: bytes) -> None:
    text = OURS.encrypt("一句话".encode())
    at = change[0] % len(text)
    tampered = text[:at] + change.decode("latin-1") + text[at + 1 :]
    if tampered != text:
        try:
            assert OURS.decrypt(tampered) != "一句话".encode() or tampered[:22] != text[:22]
        except WxCryptError:
            return


@pytest.mark.parametrize("text", ["", "AAAA", "不是", "A" * 64])
def test_what_is_no_ciphertext_is_refused(text: str) -> None:
    with pytest.raises(WxCryptError):
        OURS.decrypt(text)


def test_a_message_for_another_account_is_refused() -> None:
    with pytest.raises(WxCryptError, match="不是发给这个账号的"):
        OURS.decrypt(WxCrypt(KEY, "wx9999999999999999").encrypt(b"x"))


@pytest.mark.parametrize("key", ["", "short", "!" * 43])
def test_a_key_that_cannot_be_used_is_named(key: str) -> None:
    with pytest.raises(WxCryptError, match="43"):
        WxCrypt(key, APPID)


@given(st.text(), st.text(), st.text())
def test_signatures_are_those_of_the_library(token: str, stamp: str, nonce: str) -> None:
    if any("\ud800" <= letter <= "\udfff" for letter in token + stamp + nonce):
        return
    check_signature(token, signature(token, stamp, nonce), stamp, nonce)
    with pytest.raises(InvalidSignatureException):
        check_signature(token, signature(token, stamp, nonce + "x"), stamp, nonce)


@given(st.text())
def test_any_text_stands_in_xml_and_reads_the_same(text: str) -> None:
    legal = "".join(char for char in text if char in "\n\t" or (char >= " " and not "\ud800" <= char <= "\udfff"))
    legal = legal.replace("\ufffe", "").replace("\uffff", "")
    assert xml.read(xml.write(Content=text, MsgType="text")) == {"Content": legal.strip(), "MsgType": "text"}


def test_an_end_mark_cannot_break_out_as_it_can_from_the_library() -> None:
    text = "您好]]><Content>假的</Content>"
    assert xml.read(xml.write(Content=text))["Content"] == text
    assert "]]><Content>" in TextReply(content=text).render()


@pytest.mark.parametrize(
    "body",
    [
        b'<!DOCTYPE a [<!ENTITY b "c">]><xml><a>&b;</a></xml>',
        b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><xml><a>1</a></xml>',
        b"<xml><a>&b;</a></xml>",
        b"",
        b"not xml",
        b'<?xml version="1.0" encoding="no-such"?><xml/>',
    ],
)
def test_dangerous_or_broken_xml_is_refused(body: bytes) -> None:
    with pytest.raises(xml.XmlError):
        xml.read(body)
