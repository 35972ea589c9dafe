"""Regulations split into articles, their furniture dropped and listed."""

from datetime import date
from pathlib import Path

import docx
import pytest

from knowledge.drafts import drafts
from knowledge.importer import ImportProblem, import_text, read_document
from knowledge.numerals import chinese, numbers
from knowledge.sources import Sources, texts_folder

BROKEN_LINES = (
    "某某制度范文第一章总则第一条为了规范。第二条本制度适用于全部人员,按照第一条规定办理。"
    "第二章职责第三条主要有:(一)执行;(二)检查。"
)
SECTIONS = """某县须知
一、登记备案
1、申请人填表,并盖章。
2、可选择三家医院。
二、费用结算
(一)材料
1、发票;
2、清单。
(二)时限
每月10日前。
"""


def labels(text):
    return [article.label for article in import_text(text).articles]


def test_a_text_without_line_breaks_is_split_at_its_articles_but_not_at_references():
    assert labels(BROKEN_LINES) == ["第一章", "第一条", "第二条", "第二章", "第三条"]
    assert import_text(BROKEN_LINES).title == "某某制度范文"


def test_items_inside_an_article_stay_its_text():
    last = import_text(BROKEN_LINES).articles[-1]
    assert "(二)检查" in "".join(last.paragraphs)


def test_a_text_without_articles_is_cited_by_its_sections_and_items():
    assert labels(SECTIONS) == ["一", "一、1", "一、2", "二", "二、(一)", "二、(一)1", "二、(一)2", "二、(二)"]
    assert import_text(SECTIONS).title == "某县须知"


def test_traditional_text_becomes_simplified_and_planted_marks_are_listed():
    imported = import_text("  中醫診所醫保定點的管理制度 5\n  1、需自費的'部分個人現金交付。\n  2、按次計收470元。\n")
    assert imported.articles[0].paragraphs == ("需自费的部分个人现金交付。",)
    assert [(row.line, row.reason) for row in imported.dropped] == [(1, "文集的篇号"), (2, "防复制的标点 1 处")]


def test_advertisements_and_page_numbers_are_dropped_and_listed():
    imported = import_text("第一条 甲。\n- 3 -\n更多内容请访问 www.example.com\n第二条 乙。\n第 4 页 共 9 页\n")
    assert [article.label for article in imported.articles] == ["第一条", "第二条"]
    assert [row.line for row in imported.dropped] == [2, 3, 5]


def test_number_and_dates_are_found():
    imported = import_text("关于某事的通知\n某社函〔2003〕25号\n第一条 甲。\n第二条 本办法自二00九年九月一日起施行。\n")
    assert imported.number == "某社函〔2003〕25号"
    assert imported.since == date(2009, 9, 1)


def test_a_number_that_is_only_referred_to_is_not_the_documents_own():
    assert import_text("某办法\n第一条 根据(国发〔1998〕44号)制定。\n第二条 乙。\n").number is None


@pytest.mark.skipif(texts_folder() is None, reason="the regulation texts are not beside the project")
def test_each_of_the_44_regulations_splits_sensibly():
    folder = texts_folder()
    expected = {"henan-employee-2001": 35, "retail-pharmacy-2020": 50, "beijing-account": 21, "nanchang-ic-account": 21,
                "neimenggu-account": 19, "neimenggu-referral": 11, "county-resident-scheme": 8, "work-rules-model": 9,
                "yibao-work-system": 18, "beijing-fund-finance": 6}  # fmt: skip
    files = sorted(folder.glob("*.txt"))
    assert len(files) == 44
    for path in files:
        imported = import_text(path.read_text("utf-8"))
        articles = [
            article for article in imported.articles if article.label.startswith("第") and "条" in article.label
        ]
        if path.stem in expected:
            assert len(articles) == expected[path.stem], path.stem
        whole = sum(len("".join(article.paragraphs)) for article in imported.articles)
        longest = max(len("".join(article.paragraphs)) for article in imported.articles)
        assert len(imported.articles) >= 4, path.stem
        assert longest < max(1200, whole * 0.6), path.stem
        assert whole > 0.8 * len(path.read_text("utf-8").replace(" ", "").replace("\n", "")), path.stem


@pytest.mark.skipif(texts_folder() is None, reason="the regulation texts are not beside the project")
def test_an_articles_numbers_are_told_from_the_documents():
    texts = Sources(texts_folder())
    article = texts.article_numbers("henan-employee-2001", "第十三条")
    assert {10, 5} <= article
    assert 45 not in article
    assert 45 in texts.document_numbers("henan-employee-2001")


def test_a_word_file_is_read_with_its_tables(tmp_path):
    document = docx.Document()
    document.add_paragraph("某办法")
    document.add_paragraph("第一条 甲。")
    document.add_table(rows=1, cols=2).rows[0].cells[1].text = "比例 80%"
    document.add_paragraph("第二条 乙。")
    path = tmp_path / "办法.docx"
    document.save(str(path))
    imported = import_text(read_document(path))
    assert [article.label for article in imported.articles] == ["第一条", "第二条"]
    assert "80%" in "".join(imported.articles[0].paragraphs)


def test_a_gb18030_text_is_read(tmp_path):
    path = tmp_path / "old.txt"
    path.write_bytes("第一条 甲。\n第二条 乙。".encode("gb18030"))
    assert labels(read_document(path)) == ["第一条", "第二条"]


@pytest.mark.parametrize(
    ("name", "content"), [("a.xyz", b"x"), ("a.pdf", b"no pdf"), ("a.docx", b"no"), ("a.txt", b"  ")]
)
def test_a_file_that_cannot_be_read_names_the_remedy(tmp_path, name, content):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(ImportProblem, match=r"请|另存|文字"):
        read_document(path)


def test_a_missing_file_names_the_remedy(tmp_path):
    with pytest.raises(ImportProblem, match="检查路径"):
        read_document(Path(tmp_path / "none.txt"))


def test_drafts_name_every_article():
    text = drafts(import_text(SECTIONS), "some-county")
    assert text.count("- id: some-county/article-") == 8
    assert 'article: "二、(一)1"' in text


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("二十一", 21),
        ("十", 10),
        ("一百零五", 105),
        ("一万零五百", 10500),
        ("二〇〇九", 2009),
        ("两千三百", 2300),
        ("三十万", 300000),
        ("百", None),
    ],
)
def test_chinese_numerals(said, value):
    assert chinese(said) == value


def test_numbers_of_a_sentence():
    assert {80, 35, 12000, 3000} <= {int(value) for value in numbers("百分之八十,三十五岁,1.2万元,3,000元")}
