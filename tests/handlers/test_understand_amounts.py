"""Sums of money: plain numerals agree with cn2an, spoken forms with figures worked out by hand."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import cn2an
import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.understand.amounts import read_amounts, yuan
from handlers.understand.normal import normalise
from handlers.understand.numerals import read_number, read_span
from handlers.understand.scan import scan
from handlers.understand.scene import Scene

NUMBERS = st.integers(min_value=1, max_value=99_999_999)


def _sums(text: str) -> list[tuple[str, str]]:
    return [(yuan(sum_.low), yuan(sum_.high)) for sum_ in read_amounts(scan(normalise(text))[1])]


def _value(text: str) -> Decimal | None:
    number = read_number(normalise(text))
    return None if number is None else number.value


@given(NUMBERS)
def test_plain_chinese_numerals_agree_with_cn2an(number: int) -> None:
    assert _value(cn2an.an2cn(str(number))) == number


@given(st.integers(min_value=10, max_value=99_999_999))
def test_formal_numerals_agree_with_cn2an(number: int) -> None:
    assert _value(cn2an.an2cn(str(number), "up")) == number


@given(NUMBERS)
def test_digits_with_and_without_separators_are_the_same(number: int) -> None:
    assert _value(str(number)) == _value(f"{number:,}") == number


@given(st.integers(min_value=1, max_value=9), st.integers(min_value=1, max_value=9))
def test_a_last_digit_counts_in_the_place_below(wan: int, rest: int) -> None:
    chinese = "零一二三四五六七八九"
    meant = wan * 10_000 + rest * 1000
    for text in (
        f"{wan}万{rest}",
        f"{chinese[wan]}万{chinese[rest]}",
        f"{wan}.{rest}万",
        f"{wan}w{rest}",
        f"{wan}万{rest}千",
    ):
        assert _value(text) == meant, text


@given(st.decimals(min_value="0.01", max_value="999999.99", places=2))
def test_yuan_and_fen_survive(amount: Decimal) -> None:
    assert _sums(f"{amount:,}元") == [(f"{amount:.2f}", f"{amount:.2f}")]


@given(st.text(alphabet="零一二两三四五六七八九十百千万亿0123456789.,多近约块元wk半几来到左右不", max_size=14))
def test_no_text_breaks_the_reader(text: str) -> None:
    for sum_ in read_amounts(scan(normalise(text))[1]):
        assert 0 <= sum_.low <= sum_.high
        assert sum_.start < sum_.end


@given(st.text(max_size=40))
def test_any_text_at_all_is_read(text: str) -> None:
    read_amounts(scan(normalise(text))[1])


@pytest.mark.parametrize(
    ("said", "fen"),
    [
        ("3万5", "35000.00"), ("三万五千六", "35600.00"), ("35,600元", "35600.00"), ("3.56万", "35600.00"),
        ("2.5w", "25000.00"), ("12k", "12000.00"), ("壹万伍仟", "15000.00"), ("一万零五十", "10050.00"),
        ("1万零80", "10080.00"), ("三千二", "3200.00"), ("两百五", "250.00"), ("一万二", "12000.00"),
        ("3万5千6", "35600.00"), ("三万五百", "30500.00"), ("３萬５", "35000.00"), ("貳萬元", "20000.00"),
        ("三百二十块五", "320.50"), ("35600块5毛", "35600.50"), ("1234元5角6分", "1234.56"), ("¥3500", "3500.00"),
        ("3 万 5", "35000.00"), ("12,345.67元", "12345.67"), ("十二万", "120000.00"), ("3万半", "35000.00"),
    ],
)  # fmt: skip
def test_an_exact_sum(said: str, fen: str) -> None:
    assert _sums(said) == [(fen, fen)]


@pytest.mark.parametrize(
    ("said", "low", "high"),
    [
        ("两万多", 20000, 30000), ("三万五千多", 35000, 36000), ("2000多", 2000, 3000), ("35600多", 35600, 35700),
        ("十多万", 100000, 200000), ("二十几万", 200000, 300000), ("一百多", 100, 200), ("两万多块钱", 20000, 30000),
        ("近4万", 36000, 40000), ("不到4万", 36000, 40000), ("小三万", 27000, 30000), ("4万左右", 36000, 44000),
        ("大概三万", 27000, 33000), ("万把块", 9000, 11000), ("三万来块", 27000, 33000), ("三五千", 3000, 5000),
        ("一两万", 10000, 20000), ("十七八万", 170000, 180000), ("三万五六", 35000, 36000), ("一万二三", 12000, 13000),
        ("两万五到三万", 25000, 30000), ("2-3万", 20000, 30000), ("2到3万", 20000, 30000), ("三千到五千", 3000, 5000),
        ("三万多块左右", 30000, 40000), ("1.2万多", 12000, 13000), ("两三千块", 2000, 3000), ("三万出头", 30000, 40000),
    ],
)  # fmt: skip
def test_an_approximate_sum_is_a_range(said: str, low: int, high: int) -> None:
    assert _sums(said) == [(f"{low}.00", f"{high}.00")]


@pytest.mark.parametrize("said", ["几千块", "好几万", "几百"])
def test_a_vague_sum_is_heard_but_not_put_in_figures(said: str) -> None:
    assert [sum_.vague for sum_ in read_amounts(normalise(said))] == [True]


@pytest.mark.parametrize(
    "said",
    [
        "68岁", "12天", "第三次", "三级医院", "13812345678", "410105195003071234", "三院", "一附院", "10%", "八成五",
        "十来天", "3月5号", "1203床", "一起", "一共", "万一",
    ],
)  # fmt: skip
def test_other_numbers_are_no_sums(said: str) -> None:
    assert Scene(normalise(said), date(2016, 11, 20)).amounts == []


def test_what_could_be_two_numbers_is_none() -> None:
    assert read_span("3万56") is None
    assert read_number("万") is None
    assert read_number("五百三千") is None
