"""Figures in answers come from the estimator's rules: one place to change, no second copy that could disagree."""

import re
from collections import defaultdict
from pathlib import Path

import pytest

import estimator
from bot.rulebook import load_rulebook
from estimator import load_schemes

SHIPPED = Path(estimator.__file__).with_name("schemes")
FIGURE = re.compile(r"{{\s*figure\(\s*['\"]([^'\"]+)['\"]\s*\)\s*}}")
TEMPLATE = re.compile(r"{{.*?}}|{%.*?%}", re.DOTALL)
LITERAL_MAY_STAND = {
    (
        "county-resident/second-reimbursement",
        "3年",
    ): "years until a second reimbursement, not those until a birth grant",
}


@pytest.fixture(scope="module")
def rulebook():
    return load_rulebook()


@pytest.fixture(scope="module")
def held(rulebook):
    """Document and article: every figure as printed that the rules of any scheme take from there, with its path."""
    found: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    for scheme in rulebook.schemes.values():
        cited = {rule.model.id: rule.raw["cite"] for rule in scheme.rules}
        for path in scheme.figures():
            cites = cited[path.split("/")[1]]
            for cite in cites if isinstance(cites, list) else [cites]:
                found[cite["doc"], str(cite["article"])][rulebook.schemes.figure(path)] = path
    return found


def literals(answer: str, held_there: dict[str, str]) -> set[str]:
    """The figures that stand in an answer's own words, as whole numbers: 5% is not in 15%, nor 200元 in 1,200元."""
    said = TEMPLATE.sub(" ", answer)
    return {printed for printed in held_there if re.search(rf"(?<![\d.])(?<!\d,){re.escape(printed)}", said)}


def copies(entries, held):
    """Entry and figure, wherever an answer repeats what a rule taken from the same article holds."""
    return {
        (entry.id, printed)
        for entry in entries
        for cite in entry.cite
        for printed in literals(entry.answer, held.get((cite.doc, cite.article), {}))
    }


def test_every_figure_an_answer_names_exists_in_its_own_scheme(rulebook):
    named = [(entry, path) for entry in rulebook.library.entries.values() for path in FIGURE.findall(entry.answer)]
    assert len({entry.id for entry, _ in named}) >= 50
    for entry, path in named:
        assert rulebook.schemes.figure(path) in rulebook.answer(entry.id).text, (entry.id, path)
        assert path.split("/")[0] == entry.scheme, (entry.id, path)


def test_every_use_of_figure_in_an_answer_is_one_the_other_tests_see(rulebook):
    for entry in rulebook.library.entries.values():
        assert len(FIGURE.findall(entry.answer)) == entry.answer.count("figure("), entry.id


def test_an_offices_own_ratio_is_what_its_answers_say(rulebook, tmp_path):
    shipped = (SHIPPED / "henan-employee.yaml").read_text("utf-8")
    assert shipped.count("first_ratio: {value: 10%}") == 1
    (tmp_path / "schemes").mkdir()
    (tmp_path / "schemes" / "henan-employee.yaml").write_text(
        shipped.replace("first_ratio: {value: 10%}", "first_ratio: {value: 8%}"), "utf-8"
    )
    own = load_rulebook(overlay=tmp_path)
    assert "平均工资的10%" in rulebook.answer("henan-employee/deductible").text
    assert "平均工资的8%" in own.answer("henan-employee/deductible").text
    assert "10%" not in own.answer("henan-employee/deductible").text
    changed = {entry for entry, answer in own.answers.items() if answer.text != rulebook.answer(entry).text}
    assert changed == {  # not copay-retired, whose 10% is another rule's
        "henan-employee/deductible",
        "henan-employee/deductible-second",
        "henan-employee/announced-amounts",
        "henan-employee/calculation",
    }
    assert own.version != rulebook.version


def test_no_answer_repeats_a_figure_that_a_rule_of_the_same_article_holds(rulebook, held):
    assert copies(rulebook.library.entries.values(), held) == set(LITERAL_MAY_STAND)


def test_a_repeated_figure_would_be_found(rulebook, held):
    entry = rulebook.library.entries["henan-employee/deductible"]
    plain = entry.model_copy(update={"answer": "头一次住院是平均工资的10%,15%不是,0.5%也不是。"})
    assert copies([plain], held) == {(entry.id, "10%"), (entry.id, "15%")}  # 15%: 第十四条, cited too


def test_every_scheme_with_figures_has_answers_that_use_them(rulebook):
    used = {path.split("/")[0] for entry in rulebook.library.entries.values() for path in FIGURE.findall(entry.answer)}
    assert used == {scheme.id for scheme in load_schemes()[0].values() if any(scheme.figures())}
