"""Conversations as a clerk could write them: every file of `transcripts/`, turn by turn, on the shipped content."""

import re
import unicodedata
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.rulebook import load_rulebook
from handlers.messages import SHANGHAI, Message
from handlers.quiet import quiet_ports
from handlers.turn import Turn, reply_to

FOLDER = Path(__file__).parent / "transcripts"
MOST_WRONG = 0.1
"""Follow-ups are written by somebody who has not seen the phrasings: they are measured, not tuned to."""
STORIES = [
    pytest.param(story, id=f"{path.stem}: {story['name']}")
    for path in sorted(FOLDER.glob("*.yaml"))
    if path.name != "followups.yaml"
    for story in yaml.safe_load(path.read_text(encoding="utf-8"))
]


@pytest.fixture(scope="module")
def rulebook():
    return load_rulebook()


@pytest.mark.parametrize("story", STORIES)
def test_conversation(story: dict[str, Any], rulebook):
    play(story, rulebook)


def test_follow_ups_are_nearly_all_right(rulebook):
    stories = yaml.safe_load((FOLDER / "followups.yaml").read_text(encoding="utf-8"))
    wrong = []
    for story in stories:
        try:
            play(story, rulebook)
        except AssertionError as error:
            wrong.append(f"{story['name']}: {str(error)[:80]}")
    assert len(wrong) <= MOST_WRONG * len(stories), wrong


def play(story: dict[str, Any], rulebook) -> None:
    state: dict[str, Any] = {}
    ports = quiet_ports()
    for step in story["turns"]:
        message = Message(
            step.get("say", ""),
            datetime(2016, 11, 20, 9, 30, tzinfo=SHANGHAI),
            choice=step.get("choice"),
            event=step.get("event"),
            profile=story.get("profile", {}),
        )
        turn = reply_to(message, state, rulebook, ports)
        state = turn.state
        compare(step, turn)


def compare(step: dict[str, Any], turn: Turn) -> None:
    said = unicodedata.normalize("NFKC", "\n".join(reply.text for reply in turn.replies))
    context = f"after {step}: {turn.intent} {turn.facts}\n{said}"
    for name in ("intent", "subject"):
        if name in step:
            assert getattr(turn, name) == step[name], context
    for name in ("entries", "asking"):
        if name in step:
            assert list(getattr(turn, name)) == step[name], context
    for words in step.get("has", []):
        assert re.search(words, said), context
    for fact, value in step.get("facts", {}).items():
        assert turn.facts.get(fact) == value, context
    assert not set(step.get("not_facts", [])) & set(turn.facts), context
    if "pays" in step:
        assert turn.estimate is not None, context
        assert turn.estimate["member_pays"] == step["pays"], context
