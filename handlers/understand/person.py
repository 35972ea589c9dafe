"""Hears what the person is: age, years of payment, low income, a pupil, arrears, breaks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from handlers.understand.model import Found
from handlers.understand.numerals import SIMPLE, whole_number
from handlers.understand.scene import Scene
from handlers.understand.subject import kin_words
from handlers.understand.tables import pattern

_OLDEST = 120
_LEAST_BARE = 16
_RETIRING_AGE = 60
_TODAY = re.compile(r"(?:刚满|今年|现在|刚|已经)$")
_AGE = pattern("person", "age")
_BARE = pattern("person", "bare", kin_words=kin_words())
_SOMEONE_AGE = pattern("person", "someone_age")
_CLAUSE_AGE = re.compile(r"(?:^|,)(?P<n>[4-9]\d|[四五六七八九]十[一二三四五六七八九]?)(?:了|整)?(?=,|$)")
_DESCRIBED = re.compile(r"我|俺|退|低保|男|女|患者|病人|老人")
_BORN = pattern("person", "born")
_PAID = pattern("person", "paid")
_PAID_RIGHT = re.compile(r"(?:的)?(?:医保|社保|保险|保费|缴费|参保|交费|连续)|没断")
_LAPSE = re.compile(r"断(?:交|缴|保|过|了)")
_LOW = re.compile(r"低保(?:户|对象|家庭|人员|证)?|低收入(?:家庭|户|人)?|特困(?:人员|户|供养)?")
_LOW_NOT = pattern("person", "low_not")
_LOW_OPEN = re.compile(r"(?:想|申请|正在|准备|在办|能不能|怎么|是不是|要|刚申请|打算|可以|算)(?:办|吃|申请|拿|上)?$")
_LOW_OPEN_AFTER = re.compile(r"(?:还)?(?:没批|没下来|怎么|申请|材料|能|可以|报多少|标准|吗|金)")
_STUDENT = pattern("person", "student")
_ARREARS = pattern("person", "arrears")
_BROKEN = re.compile(r"中断|(?:中间|中途)断|断(?:交|缴|保)|断过")
_NOT_BROKEN = re.compile(r"(?:没有?|从没|从未|未|不曾|一直没)(?:有)?(?:断|中断)|没断过|没断(?:交|缴|保)")
_HOUSEHOLD = pattern("person", "household")
_FIRST = pattern("person", "first")
_ORDINAL = pattern("person", "ordinal")


def read_age(scene: Scene) -> Iterator[Found]:
    """`age` in full years; 六十多 and 虚岁 are left open, and 60岁退休 is no age today."""
    spoken = False
    for match in _AGE.finditer(scene.text):
        number = whole_number(match["n"])
        after = match["after"] or ""
        if (
            after in ("以上", "以下", "以内", "之前", "以前", "那年", "那会", "的时候", "时", "开始", "之后", "以后")
            or number is None
        ):
            continue
        past = after == "就" or (after in ("退", "办") and number <= _RETIRING_AGE and not _now(scene.text, match))
        loose = match["near"] or match["loose"] or after in ("左右", "上下", "出头", "多") or past or _pair(match["n"])
        spoken = spoken or not loose
        yield Found("age", None if loose else number, match.start(), match[0], sure=not loose and number <= _OLDEST)
    if not spoken:
        yield from _bare_age(scene)
    for match in _BORN.finditer(scene.text):
        yield from _born(scene, match)


def _now(text: str, match: re.Match[str]) -> bool:
    """刚满六十岁退休 and 60岁退了 tell today's age, 60岁退休的 the age then."""
    return text.startswith("了", match.end()) or bool(_TODAY.search(text[: match.start()]))


def _pair(text: str) -> bool:
    """六七十 is no age."""
    return bool(re.search("[一二三四五六七八九]{2}", text))


def _bare_age(scene: Scene) -> Iterator[Found]:
    for match in _BARE.finditer(scene.unnumbered):
        number = whole_number(match["n"])
        if number is None or not _LEAST_BARE <= number <= _OLDEST:
            continue
        if match.start("n") == match.start() and not scene.asks("age"):
            continue
        loose = match["near"] or match["loose"]
        yield Found("age", None if loose else number, match.start(), match[0], sure=not loose)
        return
    alone = (
        pattern("person", "told_age").search(scene.text)
        or _SOMEONE_AGE.search(scene.unnumbered)
        or _CLAUSE_AGE.search(scene.unnumbered)
    )
    if alone and not scene.asking and _DESCRIBED.search(scene.text):
        yield Found("age", whole_number(alone["n"]), alone.start(), alone[0])
    bare = re.fullmatch(
        rf"(?:我|他|她|[,?。]|今年|是|都|已经|刚|满)*({SIMPLE})(?:周)?(?:岁)?(?:了|的|吧|啊|整)*", scene.text
    )
    if bare and scene.asks("age"):
        number = whole_number(bare[1])
        if number is not None and number <= _OLDEST and not _pair(bare[1]):
            yield Found("age", number, 0, scene.text)


def _born(scene: Scene, match: re.Match[str]) -> Iterator[Found]:
    """A birthday gives the age, a month of birth too outside that month."""
    year, month = int(match["y"]), int(match["m"])
    today: date = scene.today
    if not match["d"] and month == today.month:
        return
    passed = (today.month, today.day) >= (month, int(match["d"] or 1))
    yield Found("age", today.year - year - (0 if passed else 1), match.start(), match[0])


def read_payment(scene: Scene) -> Iterator[Found]:
    """`paid_years`, `interrupted`, `unit_in_arrears`, `household_incomplete`, `first_contribution`."""
    text = scene.wordy
    gaps = _BROKEN.search(text) and not _NOT_BROKEN.search(text) and "连续" not in text
    for item in scene.items:
        if item.kind != "years":
            continue
        start, _ = scene.clause(item.start)
        left = _PAID.search(text[start : item.start])
        right = _PAID_RIGHT.match(text, item.end)
        asked = scene.asks("paid_years")
        if text.startswith("第", item.start - 1) or re.search("退休(?:了)?$", text[: item.start]):
            continue
        if (left or right or asked) and not _LAPSE.search(text[start : item.end]):
            yield Found("paid_years", item.value, item.start, item.said, sure=item.value is not None and not gaps)
    if scene.asks("paid_years"):
        bare = re.fullmatch(rf"(?:有|是|就|大概)?({SIMPLE})(?:了|吧|的)*", scene.text)
        number = whole_number(bare[1]) if bare else None
        if number is not None:
            yield Found("paid_years", number, 0, scene.text)
    for match in _ORDINAL.finditer(scene.text):
        yield Found("insured_year_ordinal", whole_number(match["a"] or match["b"]), match.start(), match[0])
    for match in _FIRST.finditer(scene.text):
        yield Found("first_contribution", f"{match['y']}-{int(match['m']):02d}", match.start(), match[0])
    yield from _payment_flags(scene)


def _payment_flags(scene: Scene) -> Iterator[Found]:
    text = scene.text
    whole = _NOT_BROKEN.search(text)
    broken = _BROKEN.search(text)
    if whole:
        yield Found("interrupted", value=False, at=whole.start(), said=whole[0])
    elif broken:
        yield Found("interrupted", value=True, at=broken.start(), said=broken[0])
    for fact, words in (("unit_in_arrears", _ARREARS), ("household_incomplete", _HOUSEHOLD)):
        match = words.search(text)
        if match:
            yield Found(fact, value=True, at=match.start(), said=match[0])


def read_flags(scene: Scene) -> Iterator[Found]:
    """`low_income` and `student`."""
    text = scene.text
    for match in _LOW.finditer(text):
        before = text[: match.start()]
        if _LOW_OPEN.search(before) or _LOW_OPEN_AFTER.match(text, match.end()):
            continue
        yield Found("low_income", not _LOW_NOT.search(before), match.start(), match[0])
    student = _STUDENT.search(text)
    if student and not re.search("不是$|没$|毕业$", text[: student.start()]):
        yield Found("student", value=True, at=student.start(), said=student[0])
