"""Runs every reader over one message and settles what is certain: the last word after 不对, no guess between two."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from handlers.messages import Choice
from handlers.understand.admission import read_admission
from handlers.understand.answering import read_yes_or_no
from handlers.understand.cause import read_cause
from handlers.understand.choosing import choose
from handlers.understand.level import read_level
from handlers.understand.model import Found, Understood
from handlers.understand.money_roles import MONEY_FACTS, read_money
from handlers.understand.moves import read_moves
from handlers.understand.normal import normalise
from handlers.understand.nothing import read_unknown, read_zeros, without_zeros
from handlers.understand.person import read_age, read_flags, read_payment
from handlers.understand.place import read_place, read_scheme
from handlers.understand.questions import clauses_that_tell, is_question, is_what_if, wants_price
from handlers.understand.scene import CORRECTION, Scene
from handlers.understand.settling import Settled
from handlers.understand.shares import read_share
from handlers.understand.status import read_status
from handlers.understand.stay import read_dates, read_kind, read_length
from handlers.understand.subject import SELF, stretches

Reader = Callable[[Scene], Iterator[Found]]

READERS: tuple[Reader, ...] = (
    read_status, read_level, read_admission, read_cause, read_place, read_scheme,
    read_age, read_payment, read_flags, read_dates, read_length, read_kind, read_share, read_yes_or_no,
)  # fmt: skip
"""Who hears which facts; money and zeros stand apart, for a zero's words must name no other sum."""


_MYSELF = re.compile(r"我自己|俺自己|本人")
_STAY = re.compile(r"住院|住了|住的|手术|入院|出院|看病|花")


_TOLD = re.compile(r"住院|住了|住的|手术|入院|出院|看病|花|退休|在职|[一二三]级|[二三]甲")


def _hear(scene: Scene) -> list[Found]:
    found = [one for reader in READERS for one in reader(scene)]
    found += read_zeros(scene)
    found += read_unknown(scene)
    told = scene.of_stay or any(one.sure and (one.value is not None or one.fact == "accident") for one in found)
    sums = replace(scene, text=without_zeros(scene.text), of_stay=told)
    return found + list(read_money(sums))


def understand(
    text: str,
    *,
    today: date,
    asking: Sequence[str] = (),
    choices: Sequence[Choice] = (),
    known: dict[str, Any] | None = None,
) -> Understood:
    """What one message says.

    Args:
        text: The message as the member wrote or spoke it; personal numbers may stand as tokens.
        today: The day against which 上个月 and 前天 are read.
        asking: Facts the bot just asked for: a bare 三万五 answers them.
        choices: Choices just shown.
        known: Facts the form holds already.
    """
    plain = normalise(text)
    whole = Scene(plain, today, tuple(asking), known or {}, _TOLD.search(plain) is not None)
    parts = stretches(plain)
    choice = choose(plain, choices)
    heard = [(subject, _part(whole, words, subject)) for subject, words in parts]
    chosen = _patient(parts, heard)
    subject, main = heard.pop(chosen)
    told = clauses_that_tell(plain, personal=subject is not None, sums="total" in main.facts)
    if subject == SELF and not main.facts and not _MYSELF.search(plain):
        subject = None
    if choice is not None and len(plain) <= 2:  # noqa: PLR2004
        main = _without_sums(main)
    others = tuple((str(other), part.facts) for other, part in heard if part.facts)
    return Understood(
        facts=main.facts,
        denied=frozenset(main.denied),
        subject=subject,
        others=others,
        moves=read_moves(plain),
        correction=bool(CORRECTION.search(plain)),
        what_if=is_what_if(plain),
        question=is_question(plain, told),
        wants_price=wants_price(plain, billed="total" in main.facts),
        choice=choice,
        uncertain=tuple(main.uncertain),
    )


def _patient(parts: list[tuple[str | None, str]], heard: list[tuple[str | None, Settled]]) -> int:
    """Which of the persons named is the patient: the first with a bill, else with a stay, else the first."""
    bills = [index for index, (_, part) in enumerate(heard) if "total" in part.facts]
    stays = [index for index, (_, words) in enumerate(parts) if _STAY.search(words)]
    return next(iter([*bills, *stays]), 0)


def _part(whole: Scene, words: str, subject: str | None) -> Settled:
    """What is said of one person."""
    part = replace(whole, text=words)
    sums = any(not amount.plain for amount in part.amounts)
    told = clauses_that_tell(words, personal=subject is not None, sums=sums)
    scene = replace(whole, text=told)
    return Settled(scene, _hear(scene))


def _without_sums(settled: Settled) -> Settled:
    """`2` picks the second choice and is no sum."""
    for fact in MONEY_FACTS:
        settled.facts.pop(fact, None)
    return settled
