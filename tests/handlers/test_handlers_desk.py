"""Waiting for a person and rating them, as the conversation hears it: a call-back number, one tap and one sentence."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import pytest

from bot.rulebook import load_rulebook
from handlers.messages import SHANGHAI, Message
from handlers.ports import Ports, Ticket
from handlers.quiet import QuietDesk, quiet_ports
from handlers.rulebook import Rulebook
from handlers.turn import Turn, reply_to

NOW = datetime(2026, 11, 20, 19, tzinfo=SHANGHAI)
MONDAY = datetime(2026, 11, 23, 8, 30, tzinfo=SHANGHAI)
STARS = [{"label": label, "value": f"rate:{score}"} for label, score in (("很满意", 5), ("很不满意", 1))]


@dataclass
class Desk(QuietDesk):
    """A desk that is closed, remembers what it is told, and has a closed case to rate."""

    rated: list[tuple[int, str]] = field(default_factory=list)
    called: list[str] = field(default_factory=list)
    seen: Ticket = field(default_factory=lambda: Ticket(1, None, open_now=False, opens_at=MONDAY))

    def open_case(self, request: Any) -> Ticket:
        super().open_case(request)
        return self.seen

    def call_back(self, token: str) -> bool:
        self.called.append(token)
        return True

    def rate(self, score: int, words: str) -> bool:
        self.rated.append((score, words))
        return True


@pytest.fixture(scope="module")
def rulebook() -> Rulebook:
    return load_rulebook()


@dataclass
class Talk:
    """One conversation."""

    rulebook: Rulebook
    desk: Desk = field(default_factory=Desk)
    state: dict[str, Any] = field(default_factory=dict)

    def say(self, text: str, choice: str | None = None) -> Turn:
        quiet = quiet_ports()
        ports: Ports = replace(quiet, desk=self.desk)
        turn = reply_to(Message(text, NOW, choice=choice), self.state, self.rulebook, ports)
        self.state = turn.state
        return turn


@pytest.fixture
def talk(rulebook: Rulebook) -> Talk:
    return Talk(rulebook)


def test_one_tap_and_one_sentence(talk: Talk) -> None:
    asked = talk.say("", "rate:5")
    assert [choice.label for choice in asked.replies[-1].choices] == ["不说了"]
    assert "记下" in talk.say("小周讲得很清楚,谢谢").replies[0].text
    assert talk.desk.rated == [(5, ""), (5, "小周讲得很清楚,谢谢")]
    talk.say("住院起付线多少")
    assert len(talk.desk.rated) == 2


@pytest.mark.parametrize("words", ["住院起付线多少", "转人工", "我要举报一家医院", "查余额", "我妈住院花了三万"])
def test_another_wish_after_the_tap_is_not_taken_for_the_sentence(talk: Talk, words: str) -> None:
    talk.say("", "rate:3")
    talk.say(words)
    assert talk.desk.rated == [(3, "")]


@pytest.mark.parametrize("words", ["不用了", "不说了"])
def test_nobody_must_say_more(talk: Talk, words: str) -> None:
    talk.say("", "rate:4")
    assert talk.say(words).intent == "smalltalk"
    assert talk.desk.rated == [(4, "")]


@pytest.mark.parametrize("value", ["rate:9", "rate:", "rate:good"])
def test_a_senseless_rating_is_not_stored(talk: Talk, value: str) -> None:
    talk.say("", value)
    assert talk.desk.rated == []


def test_where_there_are_no_buttons_a_number_rates(talk: Talk) -> None:
    talk.state = {"offered": STARS}
    talk.say("1")
    assert talk.desk.rated == [(5, "")]


def test_over_a_weekend_a_number_is_asked_for_and_kept(talk: Talk) -> None:
    talk.desk.seen = replace(talk.desk.seen, too_late=True)
    assert "回电号码" in talk.say("转人工").replies[-1].text
    assert "记下了" in talk.say("我的电话是⟦手机1⟧").replies[0].text
    assert talk.desk.called == ["⟦手机1⟧"]


def test_where_there_is_time_no_number_is_asked_for(talk: Talk) -> None:
    assert "回电号码" not in talk.say("转人工").replies[-1].text


def test_a_number_of_somebody_who_does_not_wait_is_no_call_back(talk: Talk) -> None:
    talk.say("⟦手机1⟧")
    assert talk.desk.called == []


def test_who_served_last_is_named(talk: Talk) -> None:
    talk.desk.seen = Ticket(1, 3, open_now=True, agent="李静")
    assert "李静" in talk.say("转人工").replies[-1].text
