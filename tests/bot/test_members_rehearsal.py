"""`yibao chat --demo` lets a sample member bind and see the balance, all in memory."""

import re
from datetime import UTC, datetime

import pytest

from bot.app import fund_cap
from bot.cli.chat import Conversations
from bot.members.rehearsal import Rehearsal
from bot.parameters import office_parameters
from bot.rulebook import load_rulebook

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)


@pytest.mark.slow
def test_a_sample_member_binds_in_four_messages_and_sees_the_balance():
    shown = []
    rulebook = load_rulebook(office_parameters(demo=True))
    rehearsal = Rehearsal(fund_cap(rulebook), shown.append, NOW)
    talk = Conversations(rulebook, rehearsal)
    wang = rehearsal.people[0]

    def say(text, name="c1"):
        return talk.answer({"conversation": name, "text": text, "now": NOW.isoformat()})

    for text in ("查余额", "同意", f"{wang.name} {wang.number}"):
        answer = say(text)
        assert "元" not in answer["replies"][0]["text"]
    (message,) = shown
    answer = say(re.search(r"验证码 (\d{6})", message)[1])
    assert answer["intent"] in {"balance", "identity"}
    assert "1,933.32元" in answer["replies"][0]["text"]
    assert "216,320.00元" in answer["replies"][0]["text"]
    assert "元" not in say("查余额", "c2")["replies"][0]["text"]
    assert wang.number not in str(talk.states)
