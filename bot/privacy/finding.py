"""Finds personal numbers in a text: one rule for each way that people write them, surest first.

A text comes with its digits folded to ASCII; what an earlier rule has found is blanked out for the later ones.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from bot.privacy.idnumber import LONG, SHORT, born, normal

_REGION, _BIRTHDAY_END = 6, 14
ID, PHONE, CARD, CODE, TICKET, NAME = "身份证", "手机", "卡号", "验证码", "绑定码", "姓名"

_GAP = r"[ \t\u00a0\u2000-\u200d\u3000\ufeff\-－‐-―_.·]"
_HANZI = str.maketrans("零〇○一二三四五六七八九幺两", "00012345678912")

_CARD_WORD = re.compile(
    r"(?:卡号|社保卡|医保卡|社保号|医保号|编号|参保号|银行卡|账号|帐号|护照|通行证|身份证|证件)[^0-9\n]{0,8}$"
)
_PHONE_WORD = re.compile(r"(?:电话|手机|座机|固话|号码|联系方式|打给我|致电)[^0-9\n]{0,6}$")
_MONEY_WORD = re.compile(r"(?:[费额款价花共计元¥￥约]|花了|总共|一共)[^0-9\n]{0,3}$")
_DAY_AFTER = re.compile(r"[-/.年][0-9]{1,2}(?![0-9])")
_FIGURE_AND_DAY = re.compile(r"[0-9]\s+(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])$")
_MONEY_AFTER = re.compile(r"\s*(?:元|块|万|亿|圆|%|％|,\d|\.\d)")

Found = tuple[int, int, str, str]
"""Start, end, kind, and the value without gaps."""
Rule = Callable[[str], Iterator[Found]]


def _bare(digits: str) -> str:
    return re.sub(r"[^0-9X]", "", digits)


_ID_GAP = r"[ \t\u00a0\u2000-\u200d\u3000\ufeff\-－‐-―_]"


def _spaced(count: int, last: str = "[0-9]", gap: str = _ID_GAP) -> re.Pattern[str]:
    return re.compile(rf"(?<![0-9.])[0-9](?:{gap}{{0,2}}[0-9]){{{count - 2}}}{gap}{{0,2}}{last}(?!\.?[0-9])")


_LONG_RUN = re.compile(r"[0-9]{17}X(?![0-9A-Za-z])|[0-9]{15,}")
_SPACED_LONG, _SPACED_SHORT = _spaced(LONG, "[0-9X]"), _spaced(SHORT)
_DOTTED = re.compile(r"(?<![0-9])[0-9]{6}[.·][0-9]{8}[.·][0-9]{3}[0-9X](?![0-9])")
_SPACED_CARD = re.compile(r"(?<![0-9])[0-9]{4}([ \-])[0-9]{4}\1[0-9]{4}\1[0-9]{4}(?:\1[0-9]{1,3})?(?![0-9])")
_MOBILE = re.compile(
    rf"(?<![0-9])(?<![0-9][.,])(?:(?:\+|00)?86{_GAP}?|0)?"
    rf"(1[3-9][0-9]{_GAP}{{0,2}}(?:[0-9]{{4}}{_GAP}{{0,2}}[0-9]{{4}}|[0-9]{{3}}{_GAP}[0-9]{{5}})|1[3-9][0-9]{{5}}{_GAP}[0-9]{{4}})"
    r"(?![0-9])"
)
_ANY_MOBILE = re.compile(rf"(?<![0-9])1(?:{_GAP}{{0,2}}[0-9]){{10}}(?![0-9])")
_LANDLINE = re.compile(
    rf"(?<![0-9.])(?<![0-9],)(?:[(（]0[0-9]{{2,3}}[)）]{_GAP}?|0[0-9]{{2,3}}{_GAP}?)[1-9][0-9]{{2,3}}{_GAP}?[0-9]{{4}}(?:[-转][0-9]{{1,5}})?(?![0-9])"
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
    for dotted in _DOTTED.finditer(shadow):
        yield dotted.start(), dotted.end(), ID, _bare(dotted[0])
    hit: re.Match[str] | None
    for pattern in (_SPACED_LONG, _SPACED_SHORT):
        at = 0
        while (hit := pattern.search(shadow, at)) is not None:
            digits = _bare(hit[0])
            if _date_in(digits) and _grouped_as_id(hit[0], digits) and not _figure_after(shadow, hit):
                yield hit.start(), hit.end(), ID, digits
                at = hit.end()
            else:
                at = hit.start() + 1


def _figure_after(shadow: str, hit: re.Match[str]) -> bool:
    """Whether the digits run on into an amount, or (where there are gaps) into a day."""
    gaps = not hit[0].isalnum()
    return bool(_MONEY_AFTER.match(shadow, hit.end()) or (gaps and _DAY_AFTER.match(shadow, hit.end())))


def _grouped_as_id(written: str, digits: str) -> bool:
    """Whether the gaps are where people make them: after region or birthday, every few digits; or it is valid."""
    groups = [len(group) for group in re.findall(r"[0-9X]+", written)]
    ends = {sum(groups[: index + 1]) for index in range(len(groups))}
    if len(digits) == SHORT:
        return groups[0] == _REGION and (len(groups) == 2 or 2 * _REGION in ends)  # noqa: PLR2004  # region and rest
    uniform = len(set(groups[:-1])) == 1 and groups[-1] <= groups[0]
    return bool(ends & {_REGION, _BIRTHDAY_END}) or uniform or normal(digits) is not None


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
        if not _figure_after(shadow, hit) and not _FIGURE_AND_DAY.search(hit[0]):
            yield hit.start(), hit.end(), PHONE, _bare(hit[1])


def _named_mobiles(shadow: str) -> Iterator[Found]:
    for hit in _ANY_MOBILE.finditer(shadow):
        if _bare(hit[0])[1] in "3456789" and _PHONE_WORD.search(shadow, max(0, hit.start() - 14), hit.start()):
            yield hit.start(), hit.end(), PHONE, _bare(hit[0])


def _landlines(shadow: str) -> Iterator[Found]:
    for hit in _LANDLINE.finditer(shadow):
        if not _FIGURE_AND_DAY.search(hit[0]):
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


def bare_codes(shadow: str) -> Iterator[Found]:
    """Six digits by themselves, no amount: a one-time code while one is awaited."""
    for hit in _SIX.finditer(shadow):
        money = _MONEY_WORD.search(shadow, max(0, hit.start() - 6), hit.start()) or _MONEY_AFTER.match(
            shadow, hit.end()
        )
        if not money:
            yield hit.start(), hit.end(), CODE, _bare(hit[0])


_TICKET = re.compile(rf"(?<![0-9A-Za-z])[Yy][Bb](?:{_ID_GAP}?[0-9A-Za-z]{{4}}){{4}}(?![0-9A-Za-z])")
_NAMED_CODE = re.compile(r"验证码[^0-9\n]{0,3}([0-9]{6})(?![0-9])")


def _tickets(shadow: str) -> Iterator[Found]:
    """One-time codes of the counter and of mandates."""
    for hit in _TICKET.finditer(shadow):
        yield hit.start(), hit.end(), TICKET, re.sub(r"[^0-9A-Za-z]", "", hit[0]).upper()


def _named_codes(shadow: str) -> Iterator[Found]:
    """Six digits that are called a code, whether one is awaited or not."""
    for hit in _NAMED_CODE.finditer(shadow):
        yield hit.start(1), hit.end(1), CODE, hit[1]


RULES: list[Rule] = [
    _tickets,
    _named_codes,
    _long_runs,
    _spaced_ids,
    _spaced_cards,
    _mobiles,
    _named_mobiles,
    _landlines,
    _named_cards,
    _hanzi,
]
