"""Write the JSON Schemas with which an editor completes and checks the knowledge files."""

from __future__ import annotations

import json
from pathlib import Path

from pydantic import TypeAdapter

from knowledge.models import Confusables, CoverageRow, DocumentFile, EntryFile, Lexicon, Utterances

FOLDER = Path(__file__).parents[1] / "knowledge" / "content" / "schema"


def schemas() -> dict[str, str]:
    """Each schema file's name and text."""
    kinds = {
        "documents": DocumentFile,
        "faq": EntryFile,
        "lexicon": Lexicon,
        "out_of_scope": Utterances,
        "confusables": Confusables,
        "coverage": tuple[CoverageRow, ...],
    }
    return {
        f"{name}.schema.json": json.dumps(_schema(kind), ensure_ascii=False, indent=1, sort_keys=True) + "\n"
        for name, kind in kinds.items()
    }


def _schema(kind: type) -> dict[str, object]:
    """A model's schema; an entry in a FAQ file may leave to its file what holds for all of them."""
    schema = TypeAdapter(kind).json_schema()
    entry = schema.get("$defs", {}).get("Entry")
    if entry:
        entry["required"] = [name for name in entry["required"] if name != "topic"]
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, text in schemas().items():
        (FOLDER / name).write_text(text, "utf-8")
        print(name)
