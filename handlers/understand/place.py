"""Hears treatment elsewhere (在上海住的院), a transfer (转到北京) and a scheme that is named without doubt."""

from __future__ import annotations

import re
from collections.abc import Iterator

from handlers.understand.model import Found
from handlers.understand.normal import blanked
from handlers.understand.scene import Scene
from handlers.understand.tables import any_of, pattern, table

_TABLE = "places"
_PLACE = any_of(table(_TABLE)["places"])
_REFERRED = pattern(_TABLE, "referred", place=_PLACE)
_REMOTE = pattern(_TABLE, "remote", place=_PLACE)
_THERE = pattern(_TABLE, "there", place=_PLACE)
_LOCAL = pattern(_TABLE, "local")
_SETTLED = pattern(_TABLE, "settled")
_NOT = pattern(_TABLE, "denied")
_EITHER_BEFORE = re.compile(r"还是$|或者?$")
_EITHER_AFTER = re.compile(r"还是|或")


def _denied(text: str, match: re.Match[str]) -> bool:
    return bool(_NOT.search(text[: match.start()]))


def _home(scene: Scene) -> set[str] | None:
    """The places of the scheme's own region, where the scheme is known."""
    scheme = next((found.value for found in read_scheme(scene)), scene.known.get("scheme"))
    homes = table(_TABLE)["homes"]
    return set(homes[scheme]) if scheme in homes else None


def _elsewhere(place: str, home: set[str] | None) -> bool | None:
    """True, False, or None where the home region leaves it open."""
    if home is not None:
        return place not in home
    return None if place in table(_TABLE)["served"] else True


def _referrals(scene: Scene, home: set[str] | None) -> Iterator[Found]:
    for match in _REFERRED.finditer(scene.text):
        denied = _denied(scene.text, match)
        if match["p"]:
            if match["p"] != "上级" and _elsewhere(match["p"], home) is not False:
                yield Found("referred_out", not denied, match.start(), match[0])
        elif denied or match["w"] != "转院":
            yield Found("referred_out", not denied, match.start(), match[0])


def _treatments(text: str, home: set[str] | None) -> Iterator[Found]:
    for match in _LOCAL.finditer(text):
        yield Found("remote", value=False, at=match.start(), said=match[0])
    text = blanked(text, _LOCAL)
    for match in _REMOTE.finditer(text):
        where = match["p"] or match["q"]
        remote = False if _denied(text, match) else _elsewhere(where, home) if where else True
        if remote is not False or _denied(text, match):
            yield Found("remote", remote, match.start(), match[0], sure=remote is not None)
    for match in _THERE.finditer(text):
        if _elsewhere(match["p"] or match["q"], home):
            yield Found("remote", value=True, at=match.start(), said=match[0])


def read_place(scene: Scene) -> Iterator[Found]:
    """`remote`, `referred_out` and `remote_resident`."""
    home = _home(scene)
    yield from _referrals(scene, home)
    text = blanked(scene.text, _REFERRED)
    yield from _treatments(text, home)
    for match in _SETTLED.finditer(text):
        yield Found("remote_resident", not _denied(text, match), match.start(), match[0])


def read_scheme(scene: Scene) -> Iterator[Found]:
    """`scheme`, where the insurance is named without doubt."""
    for scheme in table("schemes"):
        for match in pattern("schemes", scheme).finditer(scene.text):
            before, after = scene.text[: match.start()], scene.text[match.end() :]
            if not (_EITHER_BEFORE.search(before) or _EITHER_AFTER.match(after) or _NOT.search(before)):
                yield Found("scheme", scheme, match.start(), match[0])
