"""Signs, encrypts and decrypts what WeChat and WeCom exchange with us.

Protocol: developers.weixin.qq.com/doc/oplatform/Third-party_Platforms/2.0/api/Before_Develop/Technical_Plan.html
(AES-256-CBC with PKCS#7 to 32 bytes; 16 random bytes, 4 bytes of length, the message, the receiver's id).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import secrets
import struct
from datetime import datetime, timedelta

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from bot.channels.weixin import xml

WINDOW = timedelta(minutes=5)
"""A signed call further from now than this is taken for a replay."""
_BLOCK = 32
_HEAD = 20
_KEY = 43


class WxCryptError(Exception):
    """A key or a ciphertext that cannot be used."""


def signature(*parts: str) -> str:
    """Of the token, timestamp, nonce and, in safe mode, the ciphertext: sorted, joined, SHA-1."""
    return hashlib.sha1("".join(sorted(parts)).encode(errors="replace"), usedforsecurity=False).hexdigest()


def signed(claimed: str, *parts: str) -> bool:
    """Whether a signature is right; takes the same time for every wrong one."""
    return hmac.compare_digest(signature(*parts).encode(), claimed.encode(errors="replace"))


def timely(timestamp: str, now: datetime) -> bool:
    """Whether a call was signed just now."""
    if not (timestamp.isascii() and timestamp.isdigit()) or len(timestamp) > 12:  # noqa: PLR2004  (seconds)
        return False
    return abs(now.timestamp() - int(timestamp)) <= WINDOW.total_seconds()


class WxCrypt:
    """Encryption for one receiver: the appid of an official account, the corpid of a company."""

    def __init__(self, aes_key: str, receiver: str) -> None:
        """Read the key.

        Raises:
            WxCryptError: the EncodingAESKey has not 43 characters of base64.
        """
        try:
            key = base64.b64decode(aes_key + "=", validate=True) if len(aes_key) == _KEY else b""
        except ValueError:
            key = b""
        if len(key) != _BLOCK:
            raise WxCryptError("EncodingAESKey 要是 43 位字母和数字")
        self._receiver = receiver.encode()
        self._cipher = Cipher(algorithms.AES(key), modes.CBC(key[:16]))

    def encrypt(self, plain: bytes) -> str:
        """A message as base64."""
        data = os.urandom(16) + struct.pack(">I", len(plain)) + plain + self._receiver
        pad = _BLOCK - len(data) % _BLOCK
        cipher = self._cipher.encryptor()
        return base64.b64encode(cipher.update(data + bytes([pad]) * pad) + cipher.finalize()).decode()

    def decrypt(self, text: str) -> bytes:
        """The message in a ciphertext.

        Raises:
            WxCryptError: tampered with, cut, or meant for another.
        """
        try:
            cipher = self._cipher.decryptor()
            data = cipher.update(base64.b64decode(text, validate=True)) + cipher.finalize()
        except ValueError:
            raise WxCryptError("密文不完整") from None
        pad = data[-1] if data else 0
        if not 1 <= pad <= _BLOCK or len(data) < _HEAD + pad:
            raise WxCryptError("密文不完整")
        length = struct.unpack(">I", data[16:_HEAD])[0]
        plain, receiver = data[_HEAD : _HEAD + length], data[_HEAD + length : -pad]
        if len(plain) != length or not hmac.compare_digest(receiver, self._receiver):
            raise WxCryptError("密文不是发给这个账号的")
        return plain


def seal(crypt: WxCrypt, token: str, body: bytes, stamp: str) -> bytes:
    """A reply as safe mode wants it: encrypted, with a signature of its own."""
    text, nonce = crypt.encrypt(body), secrets.token_hex(8)
    mark = signature(token, stamp, nonce, text)
    return xml.write(Encrypt=text, MsgSignature=mark, TimeStamp=stamp, Nonce=nonce)
