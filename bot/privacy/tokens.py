"""Takes identity, phone and card numbers and codes out of what a member typed, before anything is stored.

Each stands afterwards as a token such as `⟦身份证1⟧`; the values are handed back beside the text, in ASCII and without
separators. An amount, a date or a document number stays as it was typed. Fifteen or more digits in a row are always
taken as personal: no amount is that long.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from bot.privacy.idnumber import LONG, SHORT, born, fold

ID, PHONE, CARD, CODE = "身份证", "手机", "卡号", "验证码"
TOKEN = re.compile(r"⟦(身份证|手机|卡号|验证码)(\d+)⟧")

_GAP = r"[ \t\u00a0\u2000-\u200d\u3000\ufeff\-－‐-―_.·]"
_HANZI = str.maketrans("零〇○一二三四五六七八九幺两", "00012345678912")

_CARD_WORD = re.compile(r"(?:卡号|社保卡|医保卡|社保号|医保号|银行卡|账号|帐号|护照|通行证|身份证|证件)[^0-9\n]{0,8}$")
_PHONE_WORD = re.compile(r"(?:电话|手机|座机|固话|号码|联系方式|打给我|致电)[^0-9\n]{0,6}$")
_MONEY_WORD = re.compile(r"(?:[费额款价花共计元¥￥约]|花了|总共|一共)[^0-9\n]{0,3}$")
_MONEY_AFTER = re.compile(r"\s*(?:元|块|万|亿|圆|%|％|,\d|\.\d)")


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A text fit to be stored, and by token what stood there."""

    text: str
    values: dict[str, str] = field(default_factory=dict)


def clean(text: str, *, awaiting_code: bool) -> Cleaned:
    """Replace personal numbers by tokens; a bare six-digit number too, when a one-time code is awaited."""
    text = text.replace("⟦", "[").replace("⟧", "]")
    shadow = fold(text)
    rules = [*_RULES, *([_code] if awaiting_code else [])]
    spans: list[tuple[int, int, str, str]] = []
    for rule in rules:
        for start, end, kind, value in rule(shadow):
            spans.append((start, end, kind, value))
            shadow = shadow[:start] + "\0" * (end - start) + shadow[end:]
    return _put(text, sorted(spans))


def _put(text: str, spans: list[tuple[int, int, str, str]]) -> Cleaned:
    values: dict[str, str] = {}
    tokens: dict[tuple[str, str], str] = {}
    counts: dict[str, int] = {}
    parts, at = [], 0
    for start, end, kind, value in spans:
        if (kind, value) not in tokens:
            counts[kind] = counts.get(kind, 0) + 1
            tokens[kind, value] = f"⟦{kind}{counts[kind]}⟧"
            values[tokens[kind, value]] = value
        parts += [text[at:start], tokens[kind, value]]
        at = end
    return Cleaned("".join([*parts, text[at:]]), values)


Found = tuple[int, int, str, str]
Rule = Callable[[str], Iterator[Found]]


def _bare(digits: str) -> str:
    return re.sub(r"[^0-9X]", "", digits)


def _spaced(count: int, last: str = "[0-9]") -> re.Pattern[str]:
    return re.compile(rf"(?<![0-9])[0-9](?:{_GAP}{{0,2}}[0-9]){{{count - 2}}}{_GAP}{{0,2}}{last}(?![0-9])")


_LONG_RUN = re.compile(r"[0-9]{17}X(?![0-9A-Za-z])|[0-9]{15,}")
_SPACED_LONG, _SPACED_SHORT = _spaced(LONG, "[0-9X]"), _spaced(SHORT)
_SPACED_CARD = re.compile(r"(?<![0-9])[0-9]{4}([ \-])[0-9]{4}\1[0-9]{4}\1[0-9]{4}(?:\1[0-9]{1,3})?(?![0-9])")
_MOBILE = re.compile(
    rf"(?<![0-9])(?:(?:\+|00)?86{_GAP}?|0)?"
    rf"(1[3-9][0-9]{_GAP}{{0,2}}(?:[0-9]{{4}}{_GAP}{{0,2}}[0-9]{{4}}|[0-9]{{3}}{_GAP}[0-9]{{5}})|1[3-9][0-9]{{5}}{_GAP}[0-9]{{4}})"
    r"(?![0-9])"
)
_ANY_MOBILE = _spaced(11)
_LANDLINE = re.compile(
    rf"(?<![0-9.])(?:[(（]0[0-9]{{2,3}}[)）]{_GAP}?|0[0-9]{{2,3}}{_GAP}?)[1-9][0-9]{{2,3}}{_GAP}?[0-9]{{4}}(?:[-转][0-9]{{1,5}})?(?![0-9])"
)
_SHORT_LINE = re.compile(r"(?<![0-9.])[2-9][0-9]{2,3}[ \-]?[0-9]{4}(?![0-9])")
_NAMED_CARD = re.compile(r"(?<![0-9A-Za-z])[A-Z]{0,2}[0-9]{8,14}(?![0-9A-Za-z])")
_SIX = re.compile(r"(?<![0-9.,/\-])(?:[0-9]{6}|[0-9]{3}[ \-][0-9]{3}|[0-9](?:[ \-][0-9]){5})(?![0-9/\-])")
_HANZI_RUN = re.compile(r"[零〇○一二三四五六七八九幺两]{11,}")


def _date_in(number: str) -> bool:
    return born(number if len(number) == LONG else number[:6] + "19" + number[6:]) is not None


def _kind(digits: str) -> str:
    if len(digits) in (LONG - 1, LONG) or (len(digits) == SHORT and _date_in(digits)):
        return ID
    return CARD


def _long_runs(shadow: str) -> Iterator[Found]:
    for hit in _LONG_RUN.finditer(shadow):
        yield hit.start(), hit.end(), _kind(hit[0]), hit[0]


def _spaced_ids(shadow: str) -> Iterator[Found]:
    for pattern in (_SPACED_LONG, _SPACED_SHORT):
        at = 0
        while hit := pattern.search(shadow, at):
            digits = _bare(hit[0])
            first_group = re.match(r"[0-9]+", hit[0])
            likely = len(digits) == LONG or (first_group is not None and len(first_group[0]) == 6)  # noqa: PLR2004  # region
            if _date_in(digits) and likely:
                yield hit.start(), hit.end(), ID, digits
                at = hit.end()
            else:
                at = hit.start() + 1


def _spaced_cards(shadow: str) -> Iterator[Found]:
    for hit in _SPACED_CARD.finditer(shadow):
        digits = _bare(hit[0])
        if (digits[0] in "3456" and _luhn(digits)) or _CARD_WORD.search(shadow, max(0, hit.start() - 16), hit.start()):
            yield hit.start(), hit.end(), CARD, digits


def _luhn(digits: str) -> bool:
    doubled = (sum(divmod(2 * int(digit), 10)) for digit in digits[-2::-2])
    return (sum(map(int, digits[-1::-2])) + sum(doubled)) % 10 == 0


def _mobiles(shadow: str) -> Iterator[Found]:
    for hit in _MOBILE.finditer(shadow):
        if not _MONEY_AFTER.match(shadow, hit.end()):
            yield hit.start(), hit.end(), PHONE, _bare(hit[1])


def _named_mobiles(shadow: str) -> Iterator[Found]:
    for hit in _ANY_MOBILE.finditer(shadow):
        if _PHONE_WORD.search(shadow, max(0, hit.start() - 14), hit.start()):
            yield hit.start(), hit.end(), PHONE, _bare(hit[0])


def _landlines(shadow: str) -> Iterator[Found]:
    for hit in _LANDLINE.finditer(shadow):
        yield hit.start(), hit.end(), PHONE, _bare(hit[0])
    for hit in _SHORT_LINE.finditer(shadow):
        if _PHONE_WORD.search(shadow, max(0, hit.start() - 14), hit.start()):
            yield hit.start(), hit.end(), PHONE, _bare(hit[0])


def _named_cards(shadow: str) -> Iterator[Found]:
    for hit in _NAMED_CARD.finditer(shadow):
        if _CARD_WORD.search(shadow, max(0, hit.start() - 16), hit.start()):
            yield hit.start(), hit.end(), CARD, hit[0]


def _hanzi(shadow: str) -> Iterator[Found]:
    for hit in _HANZI_RUN.finditer(shadow):
        digits = hit[0].translate(_HANZI)
        yield hit.start(), hit.end(), PHONE if len(digits) == 11 else _kind(digits), digits  # noqa: PLR2004  # mobile


def _code(shadow: str) -> Iterator[Found]:
    for hit in _SIX.finditer(shadow):
        money = _MONEY_WORD.search(shadow, max(0, hit.start() - 6), hit.start()) or _MONEY_AFTER.match(
            shadow, hit.end()
        )
        if not money:
            yield hit.start(), hit.end(), CODE, _bare(hit[0])


_RULES: list[Rule] = [
    _long_runs,
    _spaced_ids,
    _spaced_cards,
    _mobiles,
    _named_mobiles,
    _landlines,
    _named_cards,
    _hanzi,
]
