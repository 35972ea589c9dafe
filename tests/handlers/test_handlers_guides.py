"""Checklists: every one an entry points to exists, its citations are registered, deadlines are whole months."""

from datetime import date

import pytest

from bot.rulebook import load_rulebook
from handlers.guides import guides, months_after


@pytest.fixture(scope="module")
def rulebook():
    return load_rulebook()


def test_every_guide_an_entry_points_to_exists(rulebook):
    named = {
        action.removeprefix("guide:")
        for entry in rulebook.library.entries.values()
        for action in entry.actions
        if action.startswith("guide:")
    }
    assert named <= set(guides())


def test_every_guide_cites_a_registered_document_and_a_known_scheme(rulebook):
    for guide in guides().values():
        assert guide.scheme in rulebook.schemes
        assert {cite.doc for cite in guide.cite} <= set(rulebook.library.documents)


@pytest.mark.parametrize(
    ("day", "last"),
    [
        (date(2016, 3, 18), date(2016, 6, 18)),
        (date(2015, 11, 30), date(2016, 2, 29)),  # February has no 30th
        (date(2016, 10, 31), date(2017, 1, 31)),
    ],
)
def test_three_months_after_discharge(day: date, last: date):
    assert months_after(day, 3) == last
