"""Settles what is certain of all that was heard: the last word after 不对, the exact sum after the loose, no guess."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from handlers.understand.model import Found
from handlers.understand.scene import Scene
from handlers.understand.stay import days_between


def _within(exact: Found, loose: Found) -> bool:
    """三万多, 具体三万二: the exact sum settles the loose one."""
    return Decimal(str(loose.value["low"])) <= Decimal(str(exact.value)) <= Decimal(str(loose.value["high"]))


class Settled:
    """Facts, what was taken back and what is open, after all readings of one scene."""

    def __init__(self, scene: Scene, found: Iterable[Found]) -> None:
        self.facts: dict[str, Any] = {}
        self.denied: set[str] = set()
        self.uncertain: list[tuple[str, str]] = []
        by_fact: dict[str, list[Found]] = {}
        for one in found:
            by_fact.setdefault(one.fact, []).append(one)
        for fact, readings in by_fact.items():
            self._settle(scene, fact, sorted(readings, key=lambda one: one.at))
        days = days_between(self.facts.get("admitted"), self.facts.get("discharged"))
        if days is not None:
            self.facts.setdefault("days", days)

    def _settle(self, scene: Scene, fact: str, readings: list[Found]) -> None:
        sure = [one for one in readings if one.sure and one.value is not None]
        if not sure:
            if any(one.sure for one in readings):
                self.denied.add(fact)
            else:
                self.uncertain.append((fact, readings[0].said))
            return
        winner = _winner(scene, _exact(sure))
        if winner is None:
            self.uncertain.append((fact, " / ".join(reading.said for reading in sure)))
        else:
            self.facts[fact] = winner.value


def _exact(sure: list[Found]) -> list[Found]:
    """Without the loose sums that an exact one settles."""
    exact = [one for one in sure if not isinstance(one.value, dict)]
    loose = [one for one in sure if isinstance(one.value, dict)]
    return exact if exact and all(_within(exact[-1], one) for one in loose) else sure


def _winner(scene: Scene, sure: list[Found]) -> Found | None:
    """The last reading where it takes back what differs, else the heaviest where those agree, else none."""
    last = sure[-1]
    if all(one.value == last.value or scene.takes_back(one.at, last.at) for one in sure):
        return last
    heaviest = max(one.weight for one in sure)
    heavy = [one for one in sure if one.weight == heaviest]
    return heavy[-1] if all(one.value == heavy[-1].value for one in heavy) else None
