"""Locks personal data with keys that lie outside the database, and finds a person by a keyed hash of the number.

The key file is JSON, readable by its owner only: every key has an id, the newest one locks, all of them unlock, so that
keys can be changed while the office works; a running server notices within a second. One more key, which never changes,
seals the audit log. Whoever has the database without this file has no name and no number.

Errors: `VaultError`
    ├── `KeyFileMissing`   no key file where the settings say
    ├── `KeyFileBroken`    the file is there and cannot be understood
    └── `Unreadable`       a ciphertext was changed, moved to another row, or its key is gone
"""

from __future__ import annotations

import base64
import hmac
import json
import os
import re
import secrets
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES, NONCE_BYTES = 32, 12


class VaultError(Exception):
    """Root of what the vault raises; the sentence names the remedy, in Chinese, for the administrator."""


class KeyFileMissing(VaultError):
    """There is no key file."""


class KeyFileBroken(VaultError):
    """The key file cannot be understood."""


class Unreadable(VaultError):
    """A ciphertext that none of the keys opens."""


@dataclass(frozen=True, slots=True)
class Key:
    """One generation: a key that locks (AES-256-GCM) and one that hashes for look-up (HMAC-SHA-256)."""

    id: str
    cipher: bytes
    lookup: bytes

    @classmethod
    def fresh(cls, number: int) -> Self:
        """A new random key with the next id."""
        return cls(f"k{number}", secrets.token_bytes(KEY_BYTES), secrets.token_bytes(KEY_BYTES))


class Vault:
    """Locks, unlocks and hashes. `about` binds a ciphertext to its place, so that it cannot be moved to another row."""

    def __init__(self, keys: list[Key], seal_key: bytes, path: Path | None = None) -> None:
        self._path = path
        self._seal_key = seal_key
        self._checked, self._changed = 0.0, _changed(path)
        self._take(keys)

    def _take(self, keys: list[Key]) -> None:
        self._keys = {key.id: key for key in keys}
        self._current = keys[-1]
        self._boxes = {key.id: AESGCM(key.cipher) for key in keys}

    @classmethod
    def ephemeral(cls) -> Self:
        """A vault whose key dies with the process: for `yibao chat` and tests."""
        return cls([Key.fresh(1)], secrets.token_bytes(KEY_BYTES))

    @classmethod
    def open(cls, path: Path, *, create: bool) -> Self:
        """Read the key file, or make one where that is allowed (a sample database, the first start of an office).

        Raises:
            KeyFileMissing: There is none and `create` is False.
            KeyFileBroken: It cannot be understood.
        """
        if not path.exists():
            if not create:
                raise KeyFileMissing(
                    f"找不到密钥文件 {path}。已有数据的,请从备份恢复这个文件;新装的,请运行 yibao keys create。"
                )
            _write(path, [Key.fresh(1)], secrets.token_bytes(KEY_BYTES))
        return cls(*_read(path), path)

    @property
    def current(self) -> str:
        """The id of the key that locks now."""
        return self._current.id

    @property
    def ids(self) -> list[str]:
        """The ids of all keys, oldest first."""
        return list(self._keys)

    def seal(self, text: str, about: str) -> bytes:
        """Lock a text: key id, a colon, nonce and ciphertext."""
        self._notice()
        nonce = os.urandom(NONCE_BYTES)
        box = self._boxes[self._current.id]
        return self._current.id.encode() + b":" + nonce + box.encrypt(nonce, text.encode(), about.encode())

    def unseal(self, blob: bytes, about: str) -> str:
        """Unlock what `seal` made for the same place.

        Raises:
            Unreadable: It was changed, or moved, or its key is not in the file.
        """
        self._notice()
        key_id, _, rest = bytes(blob).partition(b":")
        box = self._boxes.get(key_id.decode("ascii", "replace"))
        if box is None:
            raise Unreadable(
                f"密钥文件里没有解开这条数据的密钥 {key_id.decode('ascii', 'replace')},请恢复旧的密钥文件。"
            )
        try:
            return box.decrypt(rest[:NONCE_BYTES], rest[NONCE_BYTES:], about.encode()).decode()
        except InvalidTag:
            raise Unreadable("一条加密数据被改动过,或不属于这一行;请用备份核对数据库。") from None

    def is_current(self, blob: bytes) -> bool:
        """Whether the newest key locked it."""
        return bytes(blob).startswith(self._current.id.encode() + b":")

    def digest(self, purpose: str, text: str) -> str:
        """The keyed hash that is stored for look-up: key id, a colon, 64 hex digits."""
        self._notice()
        return _digest(self._current, purpose, text)

    def digests(self, purpose: str, text: str) -> list[str]:
        """The hash under every key, newest first: a row is found also while keys are being changed."""
        self._notice()
        return [_digest(key, purpose, text) for key in reversed(self._keys.values())]

    def mac(self, text: str) -> str:
        """The seal of a text under the key that never changes: 64 hex digits."""
        return hmac.digest(self._seal_key, text.encode(), "sha256").hex()

    def rotate(self) -> str:
        """Add a new key, from now on the one that locks; returns its id. The old ones go on unlocking."""
        key = Key.fresh(1 + max(int(key_id[1:]) for key_id in self._keys))
        self._replace([*self._keys.values(), key])
        return key.id

    def forget_old(self) -> list[str]:
        """Drop every key but the newest, after nothing in the database uses them; returns the ids dropped."""
        gone = [key_id for key_id in self._keys if key_id != self.current]
        self._replace([self._current])
        return gone

    def _replace(self, keys: list[Key]) -> None:
        if self._path is not None:
            _write(self._path, keys, self._seal_key)
        self._take(keys)

    def _notice(self) -> None:
        """Read the key file again when another process has changed it; looked at once a second."""
        now = time.monotonic()
        if self._path is None or now - self._checked < 1:
            return
        self._checked, changed = now, _changed(self._path)
        if changed not in {None, self._changed}:
            self._changed = changed
            self._take(_read(self._path)[0])


def _changed(path: Path | None) -> int | None:
    try:
        return None if path is None else path.stat().st_mtime_ns
    except OSError:
        return None


def _write(path: Path, keys: list[Key], seal_key: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    body = {key.id: {"cipher": _text(key.cipher), "lookup": _text(key.lookup)} for key in keys}
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        json.dump({"keys": body, "seal": _text(seal_key)}, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def _digest(key: Key, purpose: str, text: str) -> str:
    message = b"\0".join([purpose.encode(), text.encode()])
    return f"{key.id}:{hmac.digest(key.lookup, message, 'sha256').hex()}"


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def _read(path: Path) -> tuple[list[Key], bytes]:
    try:
        whole = json.loads(path.read_text(encoding="utf-8"))
        keys = [_key(name, one) for name, one in whole["keys"].items()]
        seal_key = base64.b64decode(whole["seal"])
    except OSError as error:
        raise KeyFileBroken(f"读不了密钥文件 {path}:{error.strerror}。请检查文件权限。") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise KeyFileBroken(f"密钥文件 {path} 不完整或被改动过,请从备份恢复。") from error
    keys.sort(key=lambda key: int(key.id[1:]))
    if not keys or any(len(part) != KEY_BYTES for key in keys for part in (key.cipher, key.lookup, seal_key)):
        raise KeyFileBroken(f"密钥文件 {path} 里的密钥长度不对,请从备份恢复。")
    return keys, seal_key


def _key(name: str, one: dict[str, str]) -> Key:
    if not re.fullmatch(r"k[1-9]\d*", name):
        raise ValueError(name)
    return Key(name, base64.b64decode(one["cipher"]), base64.b64decode(one["lookup"]))
