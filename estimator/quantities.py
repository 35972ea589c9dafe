"""The numbers of a scheme file, written as people write them: "10%", "4倍", "230.00元", "3个月", "15个工作日"."""

import re
from typing import Literal, NamedTuple

from estimator.money import ONE, MoneyError, parse_ratio, parse_yuan, say_yuan, show_ratio

MOST_TIMES = 10_000
COUNTED = ("个月", "个工作日", "天", "日", "岁", "年", "周年", "次", "人", "公里")
_TIMES = re.compile(r"(\d{1,4})(?:\.(\d{1,4}))?倍", re.ASCII)
_COUNT = re.compile(rf"(\d{{1,6}})({'|'.join(COUNTED)})", re.ASCII)


class Quantity(NamedTuple):
    """A number with its unit.

    Attributes:
        unit: `ratio` (millionths), `money` (fen), or `count` (its own unit stands in `of`).
        value: the integer, in that unit.
        of: for a count: 个月, 天, 岁 …; for "4倍": 倍.
    """

    unit: Literal["ratio", "money", "count"]
    value: int
    of: str = ""

    def __str__(self) -> str:
        """As an answer prints it: "10%", "4倍", "230元", "3个月"."""
        if self.unit == "money":
            return say_yuan(self.value)
        if self.of == "倍":
            return _times(self.value)
        if self.unit == "ratio":
            return show_ratio(self.value)
        return f"{self.value}{self.of}"


def _times(parts: int) -> str:
    whole, rest = divmod(parts, ONE)
    return f"{whole}.{rest:06d}".rstrip("0").rstrip(".") + "倍"


def parse_quantity(raw: object) -> Quantity:
    """Read a number with its unit.

    >>> str(parse_quantity("230.00元")), str(parse_quantity("4倍")), parse_quantity("10%").value
    ('230元', '4倍', 100000)

    Raises:
        MoneyError: no unit, or not a number.
    """
    if not isinstance(raw, str):
        raise MoneyError("数字要带单位,如 10%、4倍、230元、3个月")
    text = raw.strip()
    if text.endswith(("%", "%")):
        return Quantity("ratio", parse_ratio(text, MOST_TIMES))
    if text.endswith("元"):
        return Quantity("money", parse_yuan(text))
    if times := _TIMES.fullmatch(text):
        return Quantity("ratio", int(times[1]) * ONE + int((times[2] or "").ljust(6, "0")), "倍")
    if count := _COUNT.fullmatch(text):
        return Quantity("count", int(count[1]), count[2])
    raise MoneyError("数字要带单位,如 10%、4倍、230元、3个月")
