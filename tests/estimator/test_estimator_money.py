"""Amounts, ratios and quantities as they are read, shown and rounded."""

from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from estimator.money import (
    MOST_FEN,
    ONE,
    Interval,
    MoneyError,
    format_ratio,
    format_yuan,
    parse_amount,
    parse_ratio,
    parse_yuan,
    share,
    show_ratio,
    show_yuan,
)
from estimator.quantities import parse_quantity
from estimator.unknown import UNKNOWN


@given(st.integers(0, MOST_FEN - 1))
def test_an_amount_survives_being_shown_and_read(fen):
    assert parse_yuan(format_yuan(fen)) == parse_yuan(show_yuan(fen)) == fen


@given(st.integers(0, ONE))
def test_a_ratio_survives_being_shown_and_read(ratio):
    assert parse_ratio(format_ratio(ratio)) == parse_ratio(show_ratio(ratio)) == ratio


@given(st.integers(0, MOST_FEN), st.integers(0, ONE))
def test_a_share_is_rounded_half_up_as_decimal_does(fen, ratio):
    exact = Decimal(fen) * Decimal(ratio) / ONE
    assert share(fen, ratio) == int(exact.quantize(Decimal(1), rounding=ROUND_HALF_UP))


@pytest.mark.parametrize(
    ("raw", "fen"),
    [("35600", 3560000), ("35,600.5", 3560050), ("0.01", 1), (12, 1200), (0.29, 29), (" 12元 ", 1200), ("¥5", 500)],
)
def test_usual_writings_of_an_amount_are_read(raw, fen):
    assert parse_yuan(raw) == fen


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        ("-1", "负数"),
        ("1.001", "两位"),
        ("1e12", "合常理"),
        ("9" * 5000, "合常理"),
        ("9" * 5000 + ".55", "合常理"),
        ("1" + "0" * 12 + ".00", "合常理"),
        ("100000000", "合常理"),
        ("abc", "数字"),
        ("", "数字"),
        ("NaN", "数字"),
        ("Infinity", "数字"),
        (True, "数字"),
        (None, "数字"),
        ([1], "数字"),
        ("1,23", "数字"),
    ],
)
def test_a_bad_amount_is_refused_with_its_reason(raw, why):
    with pytest.raises(MoneyError, match=why):
        parse_yuan(raw)


def test_an_approximate_amount_keeps_both_ends_and_what_was_said():
    assert parse_amount({"low": "20000", "high": "30000", "said": "两万多"}) == Interval(2000000, 3000000, "两万多")
    assert parse_amount({"low": "5", "high": "5"}) == 500


@pytest.mark.parametrize("raw", [{"low": "2", "high": "1"}, {"low": "2"}, {"low": "1", "high": "2", "x": 1}])
def test_a_bad_approximate_amount_is_refused(raw):
    with pytest.raises(MoneyError):
        parse_amount(raw)


@pytest.mark.parametrize("raw", ["101%", "-1%", "1.5", "0.0000001", "x"])
def test_a_bad_ratio_is_refused(raw):
    with pytest.raises(MoneyError):
        parse_ratio(raw)


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("10%", "10%"),
        ("4.50%", "4.5%"),
        ("4倍", "4倍"),
        ("1.5倍", "1.5倍"),
        ("230.00元", "230元"),
        ("0.50元", "0.50元"),
        ("3个月", "3个月"),
        ("15个工作日", "15个工作日"),
        ("45岁", "45岁"),
        ("300%", "300%"),
        ("1,200元", "1200元"),
    ],
)
def test_a_quantity_is_shown_as_an_answer_prints_it(raw, shown):
    assert str(parse_quantity(raw)) == shown


@pytest.mark.parametrize("raw", ["10", 10, "十元", "5斤", "-3%", None])
def test_a_quantity_without_a_known_unit_is_refused(raw):
    with pytest.raises(MoneyError):
        parse_quantity(raw)


def test_unknown_has_no_truth():
    with pytest.raises(TypeError):
        bool(UNKNOWN)
