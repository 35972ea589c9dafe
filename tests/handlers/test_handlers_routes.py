"""Policy questions reach the search: no other row of the routing table takes the ways to ask of an entry."""

from datetime import datetime

import pytest

from bot.rulebook import load_rulebook
from handlers.messages import SHANGHAI, Message
from handlers.quiet import quiet_ports
from handlers.routes import ROUTES
from handlers.state import State
from handlers.turn import read

MOST_ASTRAY = 0.02


@pytest.mark.slow
def test_ways_to_ask_are_routed_to_the_search():
    rulebook = load_rulebook()
    asks = [(entry, text) for entry in rulebook.library.entries.values() for text in entry.ask][::23]
    astray = []
    for entry, text in asks:
        message = Message(text, datetime(2026, 11, 22, tzinfo=SHANGHAI), profile={"scheme": entry.scheme})
        context = read(message, State(), rulebook, quiet_ports())
        row = next(row for row in ROUTES if row.holds(context))
        if row.name != "a question":
            astray.append((entry.id, text, row.name))
    assert len(astray) <= MOST_ASTRAY * len(asks), astray


def test_the_table_ends_with_a_row_that_always_holds():
    assert ROUTES[-1].name == "a question"
    assert len({row.name for row in ROUTES}) == len(ROUTES)
