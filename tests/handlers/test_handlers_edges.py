"""Which rows of the routing table, and which moves and choices, the transcripts take; what none takes is named."""

from collections import Counter
from datetime import datetime
from pathlib import Path

import pytest
import yaml

from bot.rulebook import load_rulebook
from handlers import routes
from handlers.jobs import moves, tapped
from handlers.messages import SHANGHAI, Message
from handlers.quiet import quiet_ports
from handlers.turn import reply_to

FOLDER = Path(__file__).parent / "transcripts"
NEEDS_AN_OFFICE = {
    "effect came back",
    "unbind",
    "bind",
    "rating",
    "call-back number",
    "one-time code",
    "own data",
    "mandates",
    "another's account",
    "two months",
}
"""Rows whose replies need members or a closed case; tests/bot takes them."""


@pytest.fixture(scope="module")
def taken() -> Counter[tuple[str, str]]:
    """(row before, row) for every step of every transcript."""
    edges: Counter[tuple[str, str]] = Counter()
    rulebook = load_rulebook()
    seen: list[str] = []
    with pytest.MonkeyPatch.context() as patch:
        rows = tuple(
            routes.Route(row.name, row.holds, lambda context, row=row: seen.append(row.name) or row.job(context))
            for row in routes.ROUTES
        )
        patch.setattr(routes, "ROUTES", rows)
        for path in sorted(FOLDER.glob("*.yaml")):
            for story in yaml.safe_load(path.read_text(encoding="utf-8")):
                state: dict = {}
                ports = quiet_ports()
                before = "beginning"
                for step in story["turns"]:
                    moment = datetime(2016, 11, 20, 9, 30, tzinfo=SHANGHAI)
                    profile = story.get("profile", {})
                    event = step.get("event")
                    message = Message(step.get("say", ""), moment, step.get("choice"), event, profile=profile)
                    state = reply_to(message, state, rulebook, ports).state
                    edges[before, seen[-1]] += 1
                    before = seen[-1]
    return edges


@pytest.mark.slow
def test_every_row_is_taken_by_a_transcript(taken: Counter[tuple[str, str]]):
    never = {row.name for row in routes.ROUTES} - {row for _, row in taken} - NEEDS_AN_OFFICE
    assert not never, f"no transcript takes {sorted(never)}"


@pytest.mark.slow
def test_the_report_names_the_edges_never_taken(taken: Counter[tuple[str, str]]):
    rows = [row.name for row in routes.ROUTES]
    never = [(one, two) for one in rows for two in rows if (one, two) not in taken]
    print(f"{len(taken)} edges taken, {len(never)} never:", *(f"{one} → {two}" for one, two in never), sep="\n  ")
    assert len(taken) > len(rows)


def test_every_move_has_its_maker():
    assert {*moves.ANYWHERE, *moves.IN_A_FORM} >= set(tapped.MOVES) - {"simpler"}
