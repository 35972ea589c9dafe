"""What a member wants to do, and which choice is meant."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.messages import Choice
from handlers.understand import Understood, understand
from handlers.understand.tables import table

TODAY = date(2016, 11, 20)
LEVELS = (
    Choice("三级医院", "hospital_level=tertiary"),
    Choice("二级医院", "hospital_level=secondary"),
    Choice("一级医院", "hospital_level=primary"),
    Choice("社区医院", "hospital_level=community"),
    Choice("不知道", "unknown"),
)


def _hear(text: str, **context: object) -> Understood:
    return understand(text, today=TODAY, **context)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("2", "hospital_level=secondary"), ("２", "hospital_level=secondary"), ("第二个", "hospital_level=secondary"),
        ("选2", "hospital_level=secondary"), ("选二级", "hospital_level=secondary"),
        ("二级医院", "hospital_level=secondary"),
        ("我选第一个", "hospital_level=tertiary"), ("社区", "hospital_level=community"), ("最后一个", "unknown"),
        ("4号", "hospital_level=community"), ("hospital_level=primary", "hospital_level=primary"),
        ("第三个吧", "hospital_level=primary"),
        ("不知道", "unknown"), ("就第一个", "hospital_level=tertiary"), ("二級醫院", "hospital_level=secondary"),
        ("9", None), ("医院", None), ("三万五", None), ("起付线是多少", None), ("", None),
    ],
)  # fmt: skip
def test_a_choice_is_meant_by_number_or_words(said: str, value: str | None) -> None:
    assert _hear(said, choices=LEVELS).choice == value


def test_a_number_that_picks_a_choice_is_no_sum() -> None:
    choices = (Choice("没有", "self_paid=0"), Choice("不知道", "unknown"))
    understood = _hear("2", asking=("self_paid",), choices=choices)
    assert (understood.choice, understood.facts) == ("unknown", {})


def test_every_whole_word_of_the_table_is_heard_as_its_move() -> None:
    for move, places in table("moves").items():
        for word in places.get("whole", []):
            if "(" not in word:
                assert move in _hear(word).moves, word


@pytest.mark.parametrize(
    "said", ["住院花了三万五", "我妈退休了", "要是第二次呢", "三级医院", "起付线是多少", "头一回", "自费两千"]
)
def test_a_fact_or_question_is_no_move(said: str) -> None:
    assert _hear(said).moves == frozenset()


def test_not_right_is_a_correction() -> None:
    assert _hear("不对,是二级医院").correction
    assert not _hear("二级医院").correction


@given(
    st.text(max_size=60),
    st.sampled_from(["total", "status", "hospital_level", "admission_no", "age", "days", "low_income"]),
)
def test_any_text_is_understood_without_failing(text: str, asking: str) -> None:
    understood = _hear(text, asking=(asking,), choices=LEVELS)
    assert not understood.facts.keys() & understood.denied
