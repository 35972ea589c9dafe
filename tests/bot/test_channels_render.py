"""Rendering: nothing is lost or cut within a letter, sentences stay whole, markup does not work."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.port import Capabilities, Unit
from bot.channels.render import REPLY_BY_NUMBER, Button, clip, cut, first, pieces, size

TELEGRAM = Capabilities(4096, "utf16", buttons=2, label=10)
WECHAT = Capabilities(2048, "bytes", links=True)
CHOICES = [{"label": "三级医院", "value": "set:a"}, {"label": "二级医院", "value": "set:b"}]


def body(text: str, choices: list[dict[str, str]] | None = None, **more: object) -> dict[str, object]:
    return {"text": text, "choices": choices or [], "chat": "c", "person": "p", **more}


@given(st.text(), st.integers(4, 60), st.sampled_from(["utf16", "bytes"]))
def test_pieces_fit_and_lose_nothing_but_blanks(text: str, most: int, unit: Unit) -> None:
    made = pieces(body(text), Capabilities(most, unit))
    assert all(size(piece.text, unit) <= most for piece in made)
    assert "".join("".join(piece.text.split()) for piece in made) == "".join(text.split())


def test_a_long_text_is_cut_after_a_sentence() -> None:
    sentence = "住院起付标准按上年度平均工资的百分之十计算。"  # 22 letters, 66 bytes
    made = pieces(body(sentence * 100), WECHAT)
    assert [size(piece.text, "bytes") for piece in made] == [31 * 66, 31 * 66, 31 * 66, 7 * 66]
    assert all(piece.text.endswith("。") for piece in made)


def test_a_surrogate_pair_is_never_parted() -> None:
    assert cut("😀😀😀", 3, "utf16") == ("😀", "😀😀")
    assert cut("😀😀", 7, "bytes") == ("😀", "😀")


def test_choices_are_buttons_where_there_are_any_and_the_rest_comes_in_the_next_message() -> None:
    more = [*CHOICES, {"label": "社区卫生服务中心(一级以下)", "value": "set:c"}]
    piece, rest = first(body("哪一级?", more), TELEGRAM)
    assert piece.buttons == (Button("三级医院", "set:a"), Button("二级医院", "set:b"))
    assert rest is not None
    assert first(rest, TELEGRAM)[0].buttons == (Button("社区卫生服务中心(…", "set:c"),)


def test_buttons_stand_under_the_last_piece_only() -> None:
    made = pieces(body("字" * 5000, CHOICES), TELEGRAM)
    assert [len(piece.buttons) for piece in made] == [0, 2]


def test_a_platform_with_a_short_head_gets_the_text_first() -> None:
    wecom = Capabilities(2048, "bytes", buttons=10, label=60, head=30)
    made = pieces(body("十一个汉字就超过三十字节了", CHOICES), wecom)
    assert [(piece.text, len(piece.buttons)) for piece in made] == [
        ("十一个汉字就超过三十字节了", 0),
        ("请选择:", 2),
    ]


def test_without_buttons_choices_are_numbered() -> None:
    text = first(body("哪一级?", CHOICES), WECHAT)[0].text
    assert text == f"哪一级?\n\n{REPLY_BY_NUMBER}\n1. 三级医院\n2. 二级医院"


@pytest.mark.parametrize("text", ['<a href="http://x">点我</a>', "]]><x>"])
def test_markup_does_not_work(text: str) -> None:
    assert "<" not in first(body(text), WECHAT)[0].text


def test_what_is_offered_again_says_so_once() -> None:
    made = pieces(body("字" * 1000, again=True), WECHAT)
    assert [piece.text.startswith("(上次没能送到") for piece in made] == [True, False]


def test_a_label_is_clipped_within_its_room() -> None:
    assert clip("转人工", 9, "bytes") == "转人工"
    assert clip("转人工服务", 12, "bytes") == "转人工…"
