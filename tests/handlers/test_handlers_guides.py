"""Checklists: every one an entry points to exists, its citations are registered, deadlines are whole months."""

import json
from datetime import date, datetime

import pytest

from bot.rulebook import load_rulebook
from handlers.guides import guides, months_after
from handlers.messages import SHANGHAI, Message
from handlers.quiet import quiet_ports
from handlers.turn import reply_to


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
        assert guide.scheme is None or guide.scheme in rulebook.schemes
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


def test_imported_articles_are_shown_as_related_and_never_as_the_answer(tmp_path):
    folder = tmp_path / "articles"
    folder.mkdir()
    rows = [{"label": "第十八条", "text": "对定点医疗机构的监督检查和定点零售药店资格的年度审核"}]
    (folder / "henan-employee-2001.json").write_text(json.dumps(rows, ensure_ascii=False), encoding="utf-8")
    rulebook = load_rulebook(overlay=tmp_path)
    assert [cite.article for cite in rulebook.related("定点零售药店资格年度审核")] == ["第十八条"]
    moment = datetime(2026, 11, 22, tzinfo=SHANGHAI)
    turn = reply_to(Message("定点零售药店资格年审要不要交身份证照片几寸", moment), {}, rulebook, quiet_ports())
    assert turn.intent != "faq" or not turn.replies[0].text.startswith("对定点")
