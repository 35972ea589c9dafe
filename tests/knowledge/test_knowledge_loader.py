"""The loader reports every fault at once, with file and line, and keeps what is sound."""

import json
from pathlib import Path

from knowledge import load_library
from knowledge.loader import SHIPPED
from tools.knowledge_schemas import FOLDER, schemas

ENTRY = """\
  - id: town/one
    title: 标题
    topic: deductible
    ask: [多少钱]
    answer: 一百元
    cite: [{doc: rule, article: 4}]
"""


def layer(folder: Path, faq: str, **files: str) -> Path:
    (folder / "faq").mkdir(parents=True)
    (folder / "faq" / "a.yaml").write_text(faq, "utf-8")
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text, "utf-8")
    return folder


def test_the_shipped_register_holds_all_44_documents_without_fault():
    library, faults = load_library()
    assert len(library.documents) == 44
    assert [fault for fault in faults if fault.file.endswith("documents.yaml")] == []
    assert library.documents["henan-employee-2001"].since.isoformat() == "2001-12-01"


def test_an_entry_takes_scheme_and_audience_from_its_file(tmp_path):
    head = "scheme: town\nregion: 某镇\naudience: [pharmacy]\nentries:\n"
    library, faults = load_library([layer(tmp_path / "k", head + ENTRY)], shipped=False)
    entry = library.entries["town/one"]
    assert faults == []
    assert (entry.scheme, entry.region, entry.audience, entry.cite[0].article) == ("town", "某镇", ("pharmacy",), "4")


def test_every_fault_is_reported_at_once_with_its_line(tmp_path):
    bad = ENTRY.replace("town/one", "town/two").replace("    answer: 一百元\n", "    anwser: 一百元\n")
    library, faults = load_library([layer(tmp_path / "k", "entries:\n" + ENTRY + bad + ENTRY)], shipped=False)
    assert list(library.entries) == ["town/one"]
    assert [(fault.line, fault.message.split(":")[0]) for fault in faults] == [
        (8, "answer"),
        (12, "anwser"),
        (14, "条目 town/one 写了两次"),
    ]


def test_a_broken_file_is_named_and_the_others_stay(tmp_path):
    folder = layer(tmp_path / "k", "entries:\n" + ENTRY, lexicon="synonyms:\n  a: [b\n", documents="documents: 3\n")
    library, faults = load_library([folder], shipped=False)
    assert list(library.entries) == ["town/one"]
    assert {Path(fault.file).name for fault in faults} == {"lexicon.yaml", "documents.yaml"}


def test_a_key_written_twice_is_a_fault(tmp_path):
    _, faults = load_library([layer(tmp_path / "k", "entries:\n" + ENTRY + "    title: 又一个\n")], shipped=False)
    assert [fault.line for fault in faults] == [8]


def test_an_office_layer_replaces_an_entry_and_the_digest_changes(tmp_path):
    first = layer(tmp_path / "a", "entries:\n" + ENTRY)
    second = layer(tmp_path / "b", "entries:\n" + ENTRY.replace("一百元", "二百元"))
    below, _ = load_library([first], shipped=False)
    above, _ = load_library([first, second], shipped=False)
    assert above.entries["town/one"].answer == "二百元"
    assert below.digest != above.digest
    assert above.where("town/one", "answer") == (str(second / "faq" / "a.yaml"), 6)


def test_a_missing_directory_is_a_fault_not_a_crash(tmp_path):
    library, faults = load_library([tmp_path / "none"], shipped=False)
    assert not library.entries
    assert len(faults) == 1


def test_the_editors_schemas_are_those_of_the_models():
    for name, text in schemas().items():
        assert (FOLDER / name).read_text("utf-8") == text
        json.loads(text)
    assert FOLDER.parent == SHIPPED
