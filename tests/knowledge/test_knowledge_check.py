"""The check names every fault at once; coverage, golden questions and the command line tell what they should."""

import argparse
import json
from datetime import date
from pathlib import Path

import pytest

from bot.cli import knowledge as command
from knowledge import load_library
from knowledge.articles import ArticleSearch, articles_of, load_articles, save_articles
from knowledge.check import check
from knowledge.coverage import coverage
from knowledge.golden import changes, load_golden, play, scores
from knowledge.importer import import_text
from knowledge.search import Searcher
from knowledge.sources import Sources

REGISTER = """\
documents:
  - {id: rule, title: 某办法, region: 某镇, authority: rule, since: 2001-12-01}
  - {id: gone, title: 旧办法, region: 某镇, authority: rule, since: 1990-01-01, until: 1999-12-31}
"""
FAQ = """\
region: 某镇
entries:
  - id: town/deductible
    title: 住院起付线
    topic: deductible
    ask: [起付线多少, 住院门槛费多少钱呀, 同一个问题]
    answer: 先付10%,第二次7%,五十天内。{{ broken
    cite: [{doc: rule, article: 第一条}, {doc: nowhere, article: 第二条}]
    related: [town/none]
  - id: town/second
    title: 第二次住院
    topic: deductible
    ask: [住院门槛费多少钱啊, 同一个问题, 再住一次呢]
    answer: 减半。
    cite: [{doc: gone, article: 第一条}]
"""
TEXT = "某办法\n第一条 起付标准为百分之十,住院不超过五十日。\n第二条 第二次起为百分之七。\n"
GOLDEN = """\
questions:
  - {question: 住院门槛费多少, expect: [town/deductible], kind: short}
  - {question: 再住一次院怎么算呢, expect: [town/second], kind: colloquial}
  - {question: 火星上能看病吗, expect: none}
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "faq").mkdir()
    (tmp_path / "coverage").mkdir()
    (tmp_path / "documents.yaml").write_text(REGISTER, "utf-8")
    (tmp_path / "faq" / "a.yaml").write_text(FAQ, "utf-8")
    (tmp_path / "coverage" / "rule.yaml").write_text(
        "- {article: 第一条, entries: [town/deductible]}\n- {article: 第二条, reason: purpose}\n", "utf-8"
    )
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "rule.txt").write_text(TEXT, "utf-8")
    return tmp_path


def render(text):
    if "{{" in text:
        raise ValueError("unclosed")
    return text


def test_everything_wrong_is_found_at_once_with_its_line(folder):
    library, faults = load_library([folder], shipped=False)
    found = check(
        library, Sources(folder / "texts"), faults=faults, today=date(2026, 1, 1), render=render, thieves=False
    )
    said = {(finding.line, finding.level, finding.message.split("(")[0]) for finding in found}
    assert (8, "error", "town/deductible 引用了没有登记的文件 nowhere") in said
    assert (9, "error", "town/deductible 的相关条目 town/none 不存在") in said
    assert any(line == 7 and "模板不能生成" in message for line, _, message in said)
    assert (7, "warning", "town/deductible 答案里的 7 不在所引条款里") in said
    assert (13, "error", "“同一个问题”同时是 town/deductible 和 town/second 的问法") in said
    assert any("几乎一样" in message for _, _, message in said)
    assert any("已过期" in message for _, _, message in said)
    assert any("只有 3 种问法" in message for _, _, message in said)
    assert any("1/2 个条款没有条目" in message for _, _, message in said)
    assert [finding.level for finding in found] == sorted(finding.level for finding in found)
    assert all(finding.remedy for finding in found)


def test_a_number_that_stands_nowhere_is_an_error(folder):
    path = folder / "faq" / "a.yaml"
    path.write_text(FAQ.replace("先付10%", "先付88%"), "utf-8")
    library, _ = load_library([folder], shipped=False)
    found = check(library, Sources(folder / "texts"), thieves=False)
    assert any(finding.level == "error" and "88 在所引文件里找不到" in finding.message for finding in found)


def test_coverage_counts_articles_and_entries(folder):
    library, _ = load_library([folder], shipped=False)
    rule, gone = coverage(library)
    assert (rule.articles, rule.answered, rule.entries, rule.share) == (2, 1, 1, 0.5)
    assert (gone.articles, gone.entries, gone.share) == (0, 1, 0.0)


def test_golden_questions_are_scored_by_kind_and_changes_are_told(folder):
    library, _ = load_library([folder], shipped=False)
    path = folder / "golden.yaml"
    path.write_text(GOLDEN, "utf-8")
    questions, faults = load_golden([path])
    played = play(Searcher.build(library), questions)
    by_name = {score.name: score for score in scores(library, played)}
    assert faults == []
    assert by_name["有答案的"].count == 2
    assert by_name["没有答案的"].count == 1
    assert {"类 short", "类 colloquial", "文件 rule", "文件 gone"} <= set(by_name)
    last = folder / "last.json"
    assert changes(played, last) == []
    kept = json.loads(last.read_text("utf-8"))
    last.write_text(json.dumps(dict.fromkeys(kept, "lost")), "utf-8")
    assert len(changes(played, last)) == 3


def test_a_broken_golden_file_is_named_with_its_line(folder):
    path = folder / "golden.yaml"
    path.write_text("questions:\n  - {question: 甲, expect: none}\n  - {question: 乙}\n", "utf-8")
    _, faults = load_golden([path])
    assert [fault.line for fault in faults] == [3]


def test_imported_articles_are_a_second_tier(folder):
    library, _ = load_library([folder], shipped=False)
    imported = import_text(TEXT)
    search = ArticleSearch(library, list(articles_of("rule", imported)))
    assert search.related("第二次起付标准是百分之几")[0].label == "第二条"
    assert search.related("今天下雨吗") == ()
    save_articles(folder / "articles", "rule", imported)
    assert load_articles(folder / "articles") == list(articles_of("rule", imported))
    assert ArticleSearch(library, []).related("起付") == ()


def run(*words):
    parser = argparse.ArgumentParser()
    command.add_parser(parser.add_subparsers(dest="command"))
    return command.run(parser.parse_args(["knowledge", *words]))


def test_the_command_line_asks_covers_and_tests(capsys, folder):
    assert run("ask", "住院起付线是多少", "--scheme", "henan-employee") == 0
    assert "henan-employee/deductible" in capsys.readouterr().out
    assert run("ask", "住院起付线是多少", "--json") == 0
    assert json.loads(capsys.readouterr().out)["outcome"] in {"answer", "choices"}
    assert run("coverage", "--json") == 0
    assert len(json.loads(capsys.readouterr().out)) == 44
    path = folder / "golden.yaml"
    path.write_text("questions:\n  - {question: 火星上有超市吗, expect: none}\n", "utf-8")
    assert run("test", str(path), "--wrong") == 0
    assert "没有答案的(1)" in capsys.readouterr().out
    assert run("test", str(folder / "none.yaml")) == 1


def test_the_command_line_imports(capsys, folder):
    source = str(folder / "texts" / "rule.txt")
    assert run("import", source, "--doc", "rule", "--into", str(folder / "articles")) == 0
    assert "第二条" in capsys.readouterr().out
    assert (folder / "articles" / "rule.json").is_file()
    assert run("import", source, "--draft", "--doc", "rule") == 0
    assert "- id: rule/article-1" in capsys.readouterr().out
    assert run("import", str(Path(source).with_suffix(".xyz"))) == 1


def test_a_command_without_what_to_do_is_wrong_usage():
    with pytest.raises(SystemExit) as stopped:
        run()
    assert stopped.value.code == 2
