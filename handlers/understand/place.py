"""Hears treatment elsewhere (在上海住的院), a transfer (转到北京) and a scheme that is named without doubt."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from handlers.understand.model import Found
from handlers.understand.scene import Scene
from handlers.understand.tables import any_of, pattern, table

_STAY = r"(?:住(?:的|了|过|进|院|着)|看(?:的|了|病)|治|做(?:的|了)?[^,。]{0,4}手术|就医|就诊|手术|医院|的?医院|动(?:的|了)?手术|协和|开刀|抢救|病)"


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    place = any_of(table("places")["places"])
    away = "外地|异地|外省|省外|外市|外县|老家外"
    return {
        "referred": re.compile(
            rf"(?:转(?:院|诊)?(?:到|去|至|往|上|的)?(?:了)?)(?P<p>{place}|{away}|上级|省外)|(?P<w>转外|外转|转院)"
        ),
        "remote": re.compile(
            rf"(?:在|去|到|跑|上|来|是)(?:了)?(?P<p>{place}|{away})(?:市)?(?:的)?[^,。;□]{{0,8}}?{_STAY}|(?P<a>异地(?:就医|住院|看病)|(?:{away})(?:就医|看病|治病|治疗)|(?:{away})住(?:的)?院|(?:{away})(?:的)?医院)"
            rf"|(?P<q>{place})(?:市)?(?:的)?[^,。;□]{{0,6}}?(?:医院|协和)[^,。]{{0,4}}住"
        ),
        "there": re.compile(rf"(?:在|到|去)(?P<p>{place}).*(?:在|到)?那(?:边|里|儿)(?:的医院)?(?:住|看|治|做)"),
        "local": re.compile(
            r"(?:在|就在|是)?(?:本地|本市|本县|家门口|我们这儿?|我们本地)[^,。;]{0,8}(?:住|治|看|医院)|(?:没|不是|没有)(?:去|在|到)?(?:外地|异地)|不是异地"
        ),
    }


_NOT = re.compile(r"(?:不是|没有?|没去|没到|不用|不|没办|未|不想|不打算|别)(?:在|去|到|办|用)?$")
_SETTLED = re.compile(
    r"异地安置|异地居住备案|(?:长期|常年|一直|常)(?:住|居住|居)(?:在)?(?:外地|异地|外省)|(?:长期|常年)(?:在|跟着?[^,。]{1,6}在)(?:外地|异地)(?:住|居住|生活)?"
)


def _home(scene: Scene) -> set[str] | None:
    scheme = next((found.value for found in read_scheme(scene)), scene.known.get("scheme"))
    homes = table("places")["homes"]
    return set(homes[scheme]) if scheme in homes else None


def _remote(place: str, home: set[str] | None) -> bool | None:
    """True, False, or None where the home region leaves it open."""
    if home is not None:
        return place not in home
    return None if place in table("places")["served"] else True


def read_place(scene: Scene) -> Iterator[Found]:
    """`remote`, `referred_out` and `remote_resident`."""
    text, words = scene.text, _patterns()
    for match in words["referred"].finditer(text):
        if match["w"]:
            no = _NOT.search(text[: match.start()])
            if no:
                yield Found("referred_out", False, match.start(), match[0])
            elif match["w"] != "转院":
                yield Found("referred_out", True, match.start(), match[0])
            continue
        place = match["p"]
        if place != "上级" and _remote(place, _home(scene)) is not False:
            yield Found("referred_out", not _NOT.search(text[: match.start()]), match.start(), match[0])
    text = words["referred"].sub(lambda match: "□" * len(match[0]), text)
    for match in words["local"].finditer(text):
        yield Found("remote", False, match.start(), match[0])
    text = words["local"].sub(lambda match: "□" * len(match[0]), text)
    for match in words["remote"].finditer(text):
        remote = _remote(match["p"] or match["q"] or "", _home(scene)) if not match["a"] else True
        if _NOT.search(text[: match.start()]):
            yield Found("remote", False, match.start(), match[0])
            continue
        if remote is not False:
            yield Found("remote", remote, match.start(), match[0], sure=remote is not None)
    for match in words["there"].finditer(text):
        if _remote(match["p"], _home(scene)):
            yield Found("remote", True, match.start(), match[0])
    for match in _SETTLED.finditer(text):
        yield Found("remote_resident", not _NOT.search(text[: match.start()]), match.start(), match[0])


def read_scheme(scene: Scene) -> Iterator[Found]:
    """`scheme`, where the insurance is named without doubt."""
    for scheme in table("schemes"):
        for match in pattern("schemes", scheme).finditer(scene.text):
            doubt = re.search(r"还是$|或者?$", scene.text[: match.start()]) or re.match(
                "还是|或", scene.text[match.end() :]
            )
            if not doubt and not _NOT.search(scene.text[: match.start()]):
                yield Found("scheme", scheme, match.start(), match[0])
