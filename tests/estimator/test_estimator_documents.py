"""The documents stay true: the new city of docs/schemes.md, and every article the schemes cite."""

import os
import re
from pathlib import Path

import pytest
import yaml

from estimator import estimate, load_schemes
from estimator.kinds import load_kinds

ROOT = Path(__file__).parents[2]
CITY = Path(__file__).parent / "city.yaml"
REGISTER = ROOT / "knowledge" / "content" / "documents.yaml"
TEXTS = Path(os.environ.get("YIBAO_TEXTS", ROOT.parent / "shared" / "regulations"))
SCHEMES, _ = load_schemes()


def citations():
    return sorted({(cite.doc, cite.article) for s in SCHEMES.values() for rule in s.rules for cite in rule.model.cite})


def test_the_city_of_the_document_is_the_city_that_is_tested():
    text = (ROOT / "docs" / "schemes.md").read_text(encoding="utf-8")
    assert text.split("```yaml\n")[1].split("```")[0] == CITY.read_text(encoding="utf-8")


def test_the_code_of_the_document_runs():
    text = (ROOT / "docs" / "schemes.md").read_text(encoding="utf-8")
    code = text.split("```python\n")[1].split("```")[0].replace("city.yaml", str(CITY))
    found = {}
    exec(code, found)
    assert found["faults"] == []
    assert found["answer"]["status"] == "range"


def test_every_kind_a_stay_is_priced_by_is_in_the_document():
    text = (ROOT / "docs" / "schemes.md").read_text(encoding="utf-8")
    kinds = [name for name, model in load_kinds().items() if model.__module__.startswith("estimator.kinds.")]
    assert [name for name in kinds if f"`{name}`" not in text and name != "figures"] == []


def test_every_cited_document_is_registered():
    register = yaml.safe_load(REGISTER.read_text(encoding="utf-8"))
    documents = register["documents"] if isinstance(register, dict) else register
    known = {document["id"] for document in documents}
    assert {doc for doc, _ in citations()} <= known


@pytest.mark.parametrize(("doc", "article"), citations())
def test_every_cited_article_stands_in_its_text(doc, article):
    file = TEXTS / f"{doc}.txt"
    if not file.exists():
        pytest.skip(f"no texts in {TEXTS}; set YIBAO_TEXTS to the directory with the regulation texts")
    text = re.sub(r"\s", "", file.read_text(encoding="utf-8"))
    place = 0
    for part in re.findall(
        r"第[一二三四五六七八九十]+条|[一二三四五六七八九十]+、|([一二三四五六七八九十]+)|\d", article
    ):
        place = text.find(part, place)
        assert place >= 0, part


def test_the_readme_example_of_the_interface_holds():
    facts = {"scheme": "henan-employee", "as_of": "2016-11-20", "status": "active", "hospital_level": "tertiary"}
    facts |= {"admission_no": 1, "total": "10000", "self_paid": "0", "class_b": "0", "average_wage": "30000"}
    answer = estimate(facts, SCHEMES)
    shown = (ROOT / "docs" / "interface.md").read_text(encoding="utf-8")
    for name in (
        "total",
        "in_scope",
        "deductible",
        "copay",
        "fund_before_cap",
        "fund_pays",
        "member_pays",
        "cash_pays",
    ):
        assert f'"{name}": "{answer[name]}"' in shown
    first = answer["lines"][0]
    assert f'"formula": "{first["formula"]}"' in shown
    assert (first["label"], first["payer"], first["citations"][0]["article"]) == ("起付标准", "member", "第十三条")
