"""How the facts of the other computations are read: amounts, dates, words, lists; every fault with its place."""

import json
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from estimator.facts import Error, FactError, read_count, read_word
from estimator.money import MoneyError, parse_ratio, parse_yuan
from estimator.scheme import today

Reader = Callable[[object], Any]


class FactErrors(ValueError):
    """Several faults inside one fact."""

    def __init__(self, errors: list[Error]) -> None:
        super().__init__(";".join(error.message for error in errors))
        self.errors = errors


YUAN = "以元为单位、最多两位小数、小于1亿的非负数,如 1200.00"
ABOUT = YUAN + ';大约的数写 {"low": …, "high": …}'
FLAG = "true 或 false"
DAY = "日期,如 2016-11-20"
MONTH = "月份,如 2016-05"
MOST_ITEMS = 1000


def positive(raw: object) -> int:
    """An amount that is not nothing, in fen.

    Raises:
        MoneyError: no amount, or nothing.
    """
    fen = parse_yuan(raw)
    if not fen:
        raise MoneyError("不能是0")
    return fen


def _listed(raw: object) -> list[Any]:
    """A list, also as the JSON text a command line passes.

    Raises:
        FactError: it is none, or absurdly long.
    """
    if isinstance(raw, str):
        try:
            raw = json.loads(raw)
        except ValueError:
            raise FactError("不是 JSON 列表") from None
    if not isinstance(raw, list | tuple) or len(raw) > MOST_ITEMS:
        raise FactError("不是列表,或列表太长")
    return list(raw)


def visits(raw: object) -> tuple[int, ...]:
    """The cost of each visit, in fen.

    Raises:
        FactError: no list.
        FactErrors: each bad cost, with its place.
    """
    found, errors = [], []
    for index, cost in enumerate(_listed(raw)):
        try:
            found.append(parse_yuan(cost))
        except MoneyError as error:
            errors.append(Error(f"visit_costs[{index}]", str(error), YUAN))
    if errors:
        raise FactErrors(errors)
    return tuple(found)


def items(raw: object) -> tuple[tuple[str, int], ...]:
    """Fees as (type, fen)."""
    found, errors = [], []
    for index, item in enumerate(_listed(raw)):
        if not isinstance(item, Mapping) or not {"type", "amount"} <= item.keys():
            errors.append(Error(f"items[{index}]", "要有 type 和 amount", '{"type": "药品费", "amount": "1200.00"}'))
            continue
        kind = str(item["type"]).strip() if item["type"] is not None else ""
        if not kind:
            errors.append(Error(f"items[{index}].type", "没有写是什么费", "床位费、药品费、手术费等"))
        try:
            found.append((kind, parse_yuan(item["amount"])))
        except MoneyError as error:
            errors.append(Error(f"items[{index}].amount", str(error), YUAN))
    if errors:
        raise FactErrors(errors)
    return tuple(found)


def rates(raw: object) -> dict[str, int]:
    """Published credit ratios by band; `employee` is the share of the member's own contribution that is credited."""
    if isinstance(raw, str) and raw.lstrip().startswith("{"):
        try:
            raw = json.loads(raw)
        except ValueError:
            raise FactError("不是 JSON") from None
    if not isinstance(raw, Mapping):
        return {"any": parse_ratio(raw)}
    found, errors = {}, []
    for band, ratio in raw.items():
        if band not in BANDS:
            errors.append(Error(f"rates.{band}", "没有这一档", "、".join(BANDS)))
            continue
        try:
            found[band] = parse_ratio(ratio)
        except MoneyError as error:
            errors.append(Error(f"rates.{band}", str(error), RATIO))
    if errors:
        raise FactErrors(errors)
    return found


RATIO = "0到1的小数或百分数,如 0.02、2%"
BANDS = ("under_35", "35_to_45", "45_plus", "retired_under_70", "retired_70_plus", "employee")
TYPES = "床位费、药品费、手术费、抢救费、常规护理费、检查费、治疗费"


def born(raw: object) -> date:
    """A date of birth, from 1900 on; other days are read from 1950 on."""
    try:
        day = raw if type(raw) is date else date.fromisoformat(str(raw).strip())
    except ValueError:
        raise FactError("不是日期,或没有这一天") from None
    if not FIRST_BIRTH <= day <= today():
        raise FactError("出生日期不合常理")
    return day


FIRST_BIRTH = date(1900, 1, 1)


def year(raw: object) -> int:
    """A year from 1950 to 2100."""
    return int(read_count(1950, 2100)(raw))


def word(*words: str) -> tuple[Reader, str]:
    """A reader of one of several words, and what is accepted."""
    return read_word(words), "、".join(words)


def count(lowest: int, highest: int, unit: str) -> tuple[Reader, str]:
    """A reader of whole numbers within limits, and what is accepted."""
    return read_count(lowest, highest), f"{lowest}到{highest}的整数({unit})"


def text(raw: object) -> str:
    """Words that are not empty.

    Raises:
        FactError: they are.
    """
    if not isinstance(raw, str) or not raw.strip():
        raise FactError("要写成文字")
    return raw.strip()
