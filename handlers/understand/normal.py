"""One spelling for every message: half-width, simplified, lower case, personal numbers blanked."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

import opencc

BLANK = "□"
"""Stands for each character that was read already or is nobody's business here."""

_TOKEN = re.compile(r"⟦[^⟧]*⟧")
_SPACE_IN_NUMBER = re.compile(
    r"(?<=[\d万千百十])[ \t]+(?=[万千百块元岁天年月日号%级成])|(?<=[万千])[ \t]+(?=\d(?![\d个天年月号次岁]))"
)
_AND_DIGIT = re.compile(r"(?<=十)有(?=[一二三四五六七八九])")
_SPACE = re.compile(r"\s+")
_LOOSE_COMMA = re.compile(r"(?<![\w%)])[ ,]+|[ ,]+(?=[,。;!?、]|$)")
_FORMAL = str.maketrans("壹贰叁肆伍陆柒捌玖拾佰仟〇圆弍叄", "一二三四五六七八九十百千零元二三")
_NUMBER_LIKE = re.compile(r"[壹贰叁肆伍陆柒捌玖拾佰仟〇圆弍叄零一二两三四五六七八九十百千万亿元角分毛\d]{2,}")


@cache
def _converter() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


def blank(text: str, start: int, end: int) -> str:
    """The text with one stretch blanked, every position kept."""
    return text[:start] + BLANK * (end - start) + text[end:]


def blanked(text: str, words: re.Pattern[str]) -> str:
    """The text with all that matches blanked, every position kept."""
    return words.sub(lambda match: BLANK * len(match[0]), text)


def normalise(text: str) -> str:
    """One spelling: `３萬５，` becomes `3万5,`; tokens of personal numbers become blanks; spaces become commas."""
    text = _TOKEN.sub(lambda token: BLANK * len(token[0]), text)
    text = _converter().convert(unicodedata.normalize("NFKC", text)).lower()
    text = _NUMBER_LIKE.sub(lambda run: run[0].translate(_FORMAL), text)
    text = _AND_DIGIT.sub("", text)
    text = _SPACE_IN_NUMBER.sub("", text.strip())
    text = _SPACE.sub(",", text)
    return _LOOSE_COMMA.sub("", text)
