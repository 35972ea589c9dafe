"""The facts of a stay: how each is read, and everything that can be wrong with them, said all at once."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, NamedTuple

from estimator.money import ONE, Interval, MoneyError, parse_amount, parse_ratio, parse_yuan

STATUSES = ("active", "retired", "veteran")
LEVELS = ("community", "primary", "secondary", "tertiary")
EXCLUDED = ("traffic", "malpractice", "crime", "drunk", "fight", "suicide", "self_harm")
ACCIDENTS = (*EXCLUDED, "work_injury", "maternity")
FIRST_DAY, LAST_DAY = date(1950, 1, 1), date(2100, 12, 31)

Facts = dict[str, Any]
_YES = {"true", "yes", "y", "1", "是", "有"}
_NO = {"false", "no", "n", "0", "否", "没有", "无"}


class Error(NamedTuple):
    """One bad fact: which, what is wrong, what is accepted."""

    field: str
    message: str
    accepted: str

    def json(self) -> dict[str, str]:
        """As the interface shows it."""
        return self._asdict()


class FactError(ValueError):
    """A fact that cannot be taken; the message (Chinese) says what is wrong."""


def read_flag(raw: object) -> bool:
    """True or false, however it is usually written.

    Raises:
        FactError: it is neither.
    """
    if isinstance(raw, bool):
        return raw
    word = str(raw).strip().lower()
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise FactError("不是“是”或“否”")


def read_day(raw: object) -> date:
    """A calendar day.

    Raises:
        FactError: not an ISO date, or outside 1950 to 2100.
    """
    try:
        day = raw if type(raw) is date else date.fromisoformat(str(raw).strip())
    except ValueError:
        raise FactError("不是日期,或没有这一天") from None
    if not FIRST_DAY <= day <= LAST_DAY:
        raise FactError("日期不合常理")
    return day


def read_month(raw: object) -> date:
    """A month, as its first day.

    Raises:
        FactError: not a month.
    """
    text = str(raw).strip()
    return read_day(text + "-01" if re.fullmatch(r"\d{4}-\d{2}", text, re.ASCII) else text).replace(day=1)


def read_count(lowest: int, highest: int) -> Callable[[object], int]:
    """A reader of whole numbers within limits."""

    def read(raw: object) -> int:
        text = str(raw).strip()
        if isinstance(raw, bool) or not re.fullmatch(r"-?\d{1,9}(\.0+)?", text, re.ASCII):
            raise FactError("不是整数")
        number = int(text.partition(".")[0])
        if not lowest <= number <= highest:
            raise FactError("超出合理范围")
        return number

    return read


def read_word(words: tuple[str, ...]) -> Callable[[object], str]:
    """A reader of one of several words."""

    def read(raw: object) -> str:
        if raw not in words:
            raise FactError(f"没有“{raw}”这个取值")
        return str(raw)

    return read


def _accident(raw: object) -> str | None:
    if raw is False or (isinstance(raw, str) and raw.strip().lower() in {"none", "", *_NO}):
        return None
    return read_word(ACCIDENTS)(raw)


def _positive(raw: object) -> int:
    fen = parse_yuan(raw)
    if not fen:
        raise MoneyError("不能是0")
    return fen


def _ratio(raw: object) -> int | Interval:
    if isinstance(raw, dict) and {"low", "high"} <= raw.keys():
        low, high = parse_ratio(raw["low"]), parse_ratio(raw["high"])
        if low > high:
            raise MoneyError("low 不能大于 high")
        return Interval(low, high, str(raw.get("said", ""))) if low < high else low
    return parse_ratio(raw)


def _items(raw: object) -> tuple[tuple[int, int | None], ...]:
    """Class-B items as (fen, ratio or None where it isn't known)."""
    if not isinstance(raw, list | tuple) or not all(isinstance(item, dict) and "amount" in item for item in raw):
        raise FactError("要写成 amount、ratio 的列表")
    return tuple(
        (parse_yuan(item["amount"]), None if item.get("ratio") is None else parse_ratio(item["ratio"])) for item in raw
    )


_YUAN = "以元为单位、最多两位小数、小于1亿的非负数,如 35600.00"
_ABOUT = _YUAN + ";大约的数写 low、high 两头"
_FLAG = "true 或 false"
_DAY = "日期,如 2016-11-20"
_RATIO = "0到1的小数或百分数,如 0.1、10%"

Reader = Callable[[object], Any]
_TABLE: dict[str, tuple[Reader, str]] = {
    **dict.fromkeys(("total", "self_paid", "class_b", "fund_used", "account_balance"), (parse_amount, _ABOUT)),
    **dict.fromkeys(("base_deductible", "base_cap"), (parse_yuan, _YUAN)),
    "average_wage": (_positive, "公布的年平均工资,大于0," + _YUAN),
    "class_b_self_ratio": (_ratio, _RATIO),
    "referral_extra_points": (parse_ratio, _RATIO),
    "class_b_items": (_items, '列表,如 [{"amount": "1000.00", "ratio": "0.1"}]'),
    "status": (read_word(STATUSES), "active(在职)、retired(退休)、veteran(离休等)"),
    "hospital_level": (read_word(LEVELS), "community、primary、secondary、tertiary"),
    "accident": (_accident, "、".join(ACCIDENTS) + ";没有就写 none"),
    "age": (read_count(0, 150), "0到150的整数(周岁)"),
    "admission_no": (read_count(1, 366), "本年度第几次住院,1到366的整数"),
    "days": (read_count(0, 36500), "住院天数,不小于0的整数"),
    "paid_years": (read_count(0, 100), "连续缴费满几年,0到100的整数"),
    "years_since_reenrolment": (read_count(0, 100), "重新参保后满几年,0到100的整数"),
    "insured_year_ordinal": (read_count(1, 101), "连续参保的第几年,1到101的整数"),
    **dict.fromkeys(
        (
            *("low_income", "remote", "unit_in_arrears", "referred_out", "remote_resident", "selected_hospital"),
            *("emergency", "outpatient", "interrupted", "household_incomplete", "student"),
        ),
        (read_flag, _FLAG),
    ),
    **dict.fromkeys(("admitted", "discharged", "as_of", "claim_filed"), (read_day, _DAY)),
    "first_contribution": (read_month, "月份,如 2016-05"),
}
FACTS = tuple(_TABLE)
ASIDE = frozenset({"scheme", "then", "stays", "variants"})  # not facts of one stay


def read_facts(request: Mapping[str, Any]) -> tuple[Facts, list[Error], list[str]]:
    """Read every fact of a request.

    Returns:
        The facts that were said (money in fen, ratios in millionths), the errors, and the names nobody knows. A null
        is an absent fact.
    """
    facts: Facts = {}
    errors: list[Error] = []
    ignored: list[str] = []
    for name, raw in request.items():
        if raw is None:
            continue
        entry = _TABLE.get(name)
        if entry is None:
            if name not in ASIDE:
                ignored.append(name)
            continue
        try:
            facts[name] = entry[0](raw)
        except (MoneyError, FactError) as error:
            errors.append(Error(name, str(error), entry[1]))
    _cross_check(facts, errors)
    return facts, errors, ignored


def accepted(name: str) -> str:
    """What a fact may be, in Chinese."""
    return _TABLE[name][1]


def low_of(value: int | Interval) -> int:
    """The least an amount may be."""
    return value if isinstance(value, int) else value.low


def high_of(value: int | Interval) -> int:
    """The most an amount may be."""
    return value if isinstance(value, int) else value.high


def _cross_check(facts: Facts, errors: list[Error]) -> None:
    """Facts that contradict one another."""
    if "class_b_items" in facts:
        whole = sum(amount for amount, _ in facts["class_b_items"])
        if "class_b" in facts and facts["class_b"] != whole:
            errors.append(Error("class_b_items", "各项相加不等于 class_b", "两者写一个,或使合计一致"))
        facts["class_b"] = whole
    if "total" in facts:
        _check_parts(facts, errors)
    admitted, discharged = facts.get("admitted"), facts.get("discharged")
    if admitted and discharged and discharged < admitted:
        errors.append(Error("discharged", "出院早于入院", "不早于入院日期的日期"))
    filed = facts.get("claim_filed")
    if filed and discharged and filed < discharged:
        errors.append(Error("claim_filed", "报送材料早于出院", "不早于出院日期的日期"))


def _check_parts(facts: Facts, errors: list[Error]) -> None:
    whole = high_of(facts["total"])
    out, class_b = low_of(facts.get("self_paid", 0)), low_of(facts.get("class_b", 0))
    field = "class_b_items" if "class_b_items" in facts else "class_b"
    if out > whole:
        errors.append(Error("self_paid", "目录外自费大于总费用", "不大于 total 的金额"))
    if class_b > whole:
        errors.append(Error(field, "乙类金额大于总费用", "不大于 total 的金额"))
    if out <= whole and class_b <= whole and out + class_b > whole:
        errors.append(Error(field, "目录外自费与乙类相加大于总费用", "与 self_paid 相加不大于 total 的金额"))


WHOLE = Interval(0, ONE)  # a ratio nobody has told
