"""Golden questions: what must be found for what, written by people who have not seen the phrasings."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, ValidationError

from knowledge.library import Library
from knowledge.models import Audience, Part, Text
from knowledge.search import Found, Searcher
from knowledge.yamlfile import Fault, file_name, line_of, read_yaml


class Golden(Part):
    """A question and what it should find: entries, any of which is right; or a choice between them; or nothing."""

    question: Text
    expect: tuple[str, ...] | Literal["none"]
    choices: bool = False
    """Whether the question is truly ambiguous, so that a choice is right."""
    scheme: str | None = None
    audience: Audience | None = None
    kind: Text = "plain"


class GoldenFile(Part):
    """A file of golden questions."""

    questions: Annotated[tuple[Golden, ...], Field(min_length=1)]


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one question went: right, offered (a choice where none was needed), missed (no answer), wrong."""

    golden: Golden
    found: Found
    verdict: Literal["right", "offered", "missed", "wrong"]


def load_golden(paths: Iterable[Path]) -> tuple[list[Golden], list[Fault]]:
    """Read golden files; faults with file and line."""
    questions: list[Golden] = []
    faults: list[Fault] = []
    for path in paths:
        text = path.read_text("utf-8")
        value, broken = read_yaml(text, file_name(path))
        faults += broken
        try:
            questions += GoldenFile.model_validate(value).questions if not broken else ()
        except ValidationError as wrong:
            faults += [
                Fault(file_name(path), line_of(text, error["loc"]), f"{error['loc']}:{error['msg']}", "照例改正")
                for error in wrong.errors()
            ]
    return questions, faults


def play(searcher: Searcher, questions: Iterable[Golden]) -> list[Outcome]:
    """Ask every golden question."""
    played = []
    for golden in questions:
        found = searcher.ask(golden.question, scheme=golden.scheme, audience=golden.audience)
        played.append(Outcome(golden, found, _verdict(golden, found)))
    return played


def _verdict(golden: Golden, found: Found) -> Literal["right", "offered", "missed", "wrong"]:
    names = [hit.entry_id for hit in found.hits]
    if golden.expect == "none":
        return {"none": "right", "choices": "offered", "answer": "wrong"}[found.outcome]  # type: ignore[return-value]
    if found.outcome == "none":
        return "missed"
    if found.outcome == "choices":
        return "right" if golden.choices and set(names) & set(golden.expect) else "offered"
    return "right" if names[0] in golden.expect else "wrong"


@dataclass(frozen=True, slots=True)
class Score:
    """A group's result."""

    name: str
    count: int
    right: int
    offered: int
    missed: int
    wrong: int

    @property
    def share(self) -> float:
        """The share that is right."""
        return self.right / self.count if self.count else 0.0


def scores(library: Library, played: Sequence[Outcome]) -> list[Score]:
    """The results of all that have an answer, of those that have none, by kind, and by document cited."""
    groups: dict[str, list[Outcome]] = defaultdict(list)
    for outcome in played:
        golden = outcome.golden
        if golden.expect == "none":
            groups["没有答案的"].append(outcome)
            continue
        groups["有答案的"].append(outcome)
        groups[f"类 {golden.kind}"].append(outcome)
        docs = {cite.doc for name in golden.expect if name in library.entries for cite in library.entries[name].cite}
        for doc in sorted(docs):
            groups[f"文件 {doc}"].append(outcome)
    order = {"有答案的": 0, "没有答案的": 1}
    return [
        Score(name, len(rows), *(sum(row.verdict == verdict for row in rows) for verdict in _VERDICTS))
        for name, rows in sorted(groups.items(), key=lambda item: (order.get(item[0], 2), item[0]))
    ]


_VERDICTS = ("right", "offered", "missed", "wrong")


def changes(played: Sequence[Outcome], last: Path) -> list[str]:
    """What changed since the run kept in a file, which is then replaced by this one."""
    before: dict[str, str] = json.loads(last.read_text("utf-8")) if last.is_file() else {}
    now = {outcome.golden.question: outcome.verdict for outcome in played}
    last.parent.mkdir(parents=True, exist_ok=True)
    last.write_text(json.dumps(now, ensure_ascii=False, indent=0), "utf-8")
    return [
        f"{question}:{before[question]} → {verdict}"
        for question, verdict in now.items()
        if question in before and before[question] != verdict
    ]
