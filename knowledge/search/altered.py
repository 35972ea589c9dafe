"""Sentences as hurried people type them: wrong characters of the same sound, a letter lost, pinyin, traditional."""

from __future__ import annotations

import random
from functools import lru_cache

import opencc

from knowledge.search.normalise import bare
from knowledge.search.pinyin import rows, sound

_HOMOPHONES, _SLIPS, _TYPED = 0.12, 0.20, 0.26  # the shares of altered questions, added up
_SLIPS_FROM, _TYPED_UNTIL = 4, 25
# The characters that input methods offer first.
_COMMON = frozenset(
    "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里用道行所然家种事成方多经么去法学如都同现当没动面起看定天分还进好小部其些主样理心她本前开但因只从想实"
    "日军者意无力它与长把机十民第公此已工使情明性知全三又关点正业外将两高间由问很最重并物手应战向头文体政美相见被利什二等产或新己制身果加西斯月话合回特代内信表化老给世位次度门任常先海通教儿原东声提立及比员"
    "解水名真论处走义各入几口认条平系气题活尔更别打女变四神总何电数安少报才结反受目太量再感建务做接必场件计管期市直德资命山金指克许统区保至队形社便空决治展马科司五基眼书非则听白却界达光放强即像难且权思王象"
    "完设式色路记南品住告类求据程北边死张该交规万取拉格望觉术领共确传师观清今切院让识候带导争运"
)


@lru_cache(maxsize=1)
def _alike() -> dict[str, str]:
    """Characters by sound, the common ones only."""
    groups: dict[str, str] = {}
    for _, signs in rows():
        for sign in signs:
            if sign in _COMMON:
                groups[sound(sign)] = groups.get(sound(sign), "") + sign
    return groups


@lru_cache(maxsize=1)
def _spelling() -> dict[str, str]:
    return {sign: syllable for syllable, signs in rows() for sign in signs}


@lru_cache(maxsize=1)
def _traditional() -> opencc.OpenCC:
    return opencc.OpenCC("s2t")


def homophone(text: str, chance: random.Random, count: int = 1) -> str:
    """Some characters replaced by others that sound alike."""
    signs = list(bare(text))
    for place in chance.sample(range(len(signs)), min(count, len(signs))):
        others = [sign for sign in _alike().get(sound(signs[place]), "") if sign != signs[place]]
        signs[place] = chance.choice(others) if others else signs[place]
    return "".join(signs)


def slip(text: str, chance: random.Random) -> str:
    """A character lost, doubled or swapped with its neighbour."""
    plain = bare(text)
    if len(plain) < _SLIPS_FROM:
        return plain
    at = chance.randrange(1, len(plain) - 1)
    ways = (
        plain[:at] + plain[at + 1 :],
        plain[:at] + plain[at] + plain[at:],
        plain[:at] + plain[at + 1] + plain[at] + plain[at + 2 :],
    )
    return chance.choice(ways)


def typed(text: str, chance: random.Random) -> str:
    """The whole sentence in pinyin without tones."""
    return chance.choice(("", " ")).join(_spelling().get(sign, sign) for sign in bare(text))


def traditional(text: str) -> str:
    """The sentence in traditional characters."""
    return str(_traditional().convert(text))


def alter(text: str, chance: random.Random) -> str:
    """A sentence altered in one way, or left as it is."""
    way = chance.random()
    if way < _HOMOPHONES:
        return homophone(text, chance, 1 + len(text) // 12)
    if way < _SLIPS:
        return slip(text, chance)
    if way < _TYPED and len(text) < _TYPED_UNTIL:
        return typed(text, chance)
    return text
