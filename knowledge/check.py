"""Keeping the knowledge true: everything that is wrong or doubtful in the files, with file, line and remedy."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from rapidfuzz import fuzz

from knowledge.coverage import MOST_UNANSWERED, coverage
from knowledge.library import Library
from knowledge.models import Entry
from knowledge.numerals import numbers
from knowledge.search.meaning import load_meanings
from knowledge.search.normalise import bare
from knowledge.search.samples import held_out
from knowledge.search.weights import load_weights
from knowledge.sources import Sources
from knowledge.yamlfile import Fault

Level = Literal["error", "warning"]
LEAST_ASKS = 12
_OVERLAP = 0.75
_SHORT = 6
_TEMPLATE = re.compile(r"{{.*?}}|{%.*?%}", re.DOTALL)
_HARMLESS = frozenset(map(Decimal, range(4)))
"""Numbers too common in plain speech (一是, 两种) to be figures."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong (`error`) or doubtful (`warning`), where, and what to do."""

    file: str
    line: int
    level: Level
    message: str
    remedy: str

    def __str__(self) -> str:
        word = "错误" if self.level == "error" else "提醒"
        return f"{self.file}:{self.line}: {word}:{self.message}。{self.remedy}"


def check(
    library: Library,
    texts: Sources | None = None,
    *,
    faults: Iterable[Fault] = (),
    today: date | None = None,
    render: Callable[[str], str] | None = None,
    thieves: bool = True,
) -> list[Finding]:
    """Look through a library.

    Args:
        library: what was loaded.
        texts: the regulation texts, where they are found; numbers are compared with them.
        faults: what the loader found.
        today: the day by which an answer is expired; none is when left out.
        render: turns an answer's template into its text; it raises where the template fails.
        thieves: whether to ask every phrasing of an index that doesn't hold it (takes seconds).

    Returns:
        All findings, errors first.
    """
    found = [Finding(fault.file, fault.line, "error", fault.message, fault.remedy) for fault in faults]
    for entry in library.entries.values():
        found += _entry(library, entry, today)
        found += _answer(library, entry, texts, render)
    found += _twins(library)
    found += _coverage(library)
    if thieves:
        found += _thieves(library)
    return sorted(found, key=lambda finding: (finding.level != "error", finding.file, finding.line))


def _at(library: Library, entry: Entry, *path: str | int) -> tuple[str, int]:
    return library.where(entry.id, *path)


def _entry(library: Library, entry: Entry, today: date | None) -> Iterator[Finding]:
    for place, cite in enumerate(entry.cite):
        if cite.doc not in library.documents:
            where = _at(library, entry, "cite", place)
            yield Finding(*where, "error", f"{entry.id} 引用了没有登记的文件 {cite.doc}", "在 documents.yaml 登记它")
    if not entry.cite:
        yield Finding(*_at(library, entry), "error", f"{entry.id} 没有依据", "写 cite:文件和条款")
    for place, other in enumerate(entry.related):
        if other not in library.entries or other == entry.id:
            where = _at(library, entry, "related", place)
            yield Finding(*where, "error", f"{entry.id} 的相关条目 {other} 不存在", "改正编号或删去")
    for scheme in {entry.scheme} - {None} - set(library.lexicon.schemes):
        yield Finding(
            *_at(library, entry), "error", f"{entry.id} 的险种 {scheme} 词表里没有", "在 lexicon.yaml 的 schemes 里写上"
        )
    if len(entry.ask) < LEAST_ASKS:
        where = _at(library, entry, "ask")
        yield Finding(
            *where, "warning", f"{entry.id} 只有 {len(entry.ask)} 种问法", f"补到 {LEAST_ASKS} 种以上,多用口语"
        )
    if today and (expired := _expired(library, entry, today)):
        yield Finding(*_at(library, entry), "warning", f"{entry.id} 已过期({expired})", "更新答案,或改 until")


def _expired(library: Library, entry: Entry, today: date) -> str:
    if entry.until and entry.until < today:
        return f"有效到 {entry.until}"
    ended = [library.documents[cite.doc] for cite in entry.cite if cite.doc in library.documents]
    gone = [document for document in ended if document.until and document.until < today]
    return f"《{gone[0].title}》有效到 {gone[0].until}" if gone and len(gone) == len(ended) else ""


def _answer(
    library: Library, entry: Entry, texts: Sources | None, render: Callable[[str], str] | None
) -> Iterator[Finding]:
    """The template renders, and each number of the answer stands in a cited article."""
    said = _TEMPLATE.sub("", entry.answer)
    if render is not None:
        try:
            render(entry.answer)
        except Exception as wrong:  # noqa: BLE001 - whatever a template raises is the finding
            where = _at(library, entry, "answer")
            yield Finding(*where, "error", f"{entry.id} 的答案模板不能生成:{wrong}", "改正模板或其中引用的规则名")
    known = [cite for cite in entry.cite if texts is not None and texts.text(cite.doc) is not None]
    if texts is None or not known:
        return
    cited: set[Decimal] = set()
    whole: set[Decimal] = set()
    for cite in known:
        everywhere = texts.document_numbers(cite.doc)
        whole |= everywhere
        article = texts.article_numbers(cite.doc, cite.article)
        cited |= everywhere if article is None else article
        cited |= numbers(cite.article)
    for value in sorted(numbers(said) - cited - _HARMLESS):
        where = _at(library, entry, "answer")
        if value in whole:
            yield Finding(*where, "warning", f"{entry.id} 答案里的 {value:f} 不在所引条款里", "补上写着它的条款")
        else:
            yield Finding(
                *where, "error", f"{entry.id} 答案里的 {value:f} 在所引文件里找不到", "核对原文,改正数字或引用"
            )


def _twins(library: Library) -> Iterator[Finding]:
    """One phrasing in two entries, and phrasings of siblings that share most of their characters."""
    said: dict[str, list[tuple[Entry, int, str]]] = defaultdict(list)
    by_topic: dict[str, list[tuple[Entry, int, str]]] = defaultdict(list)
    for entry in library.entries.values():
        for place, text in enumerate(entry.ask):
            plain = bare(text)
            said[plain].append((entry, place, text))
            by_topic[entry.topic].append((entry, place, plain))
    for rows in said.values():
        first, *others = rows
        for entry, place, text in others:
            where = _at(library, entry, "ask", place)
            if entry.id == first[0].id:
                yield Finding(*where, "warning", f"{entry.id} 里“{text}”写了两次", "删去一个")
            elif _rivals(entry, first[0]):
                yield Finding(*where, "error", f"“{text}”同时是 {first[0].id} 和 {entry.id} 的问法", "只留在一个条目里")
    for rows in by_topic.values():
        yield from _alike(library, rows)


def _rivals(one: Entry, other: Entry) -> bool:
    """Whether two entries answer the same people; those of different schemes may be asked in the same words."""
    return one.scheme == other.scheme and one.region == other.region


def _alike(library: Library, rows: list[tuple[Entry, int, str]]) -> Iterator[Finding]:
    for number, (entry, place, text) in enumerate(rows):
        for other, _, before in rows[:number]:
            if other.id == entry.id or not _rivals(entry, other) or min(len(text), len(before)) < _SHORT:
                continue
            if text != before and fuzz.ratio(text, before) / 100 > _OVERLAP:
                where = _at(library, entry, "ask", place)
                message = f"{entry.id} 的“{entry.ask[place]}”和 {other.id} 的一个问法几乎一样"
                yield Finding(*where, "warning", message, "换一种说法,或只留在一个条目里")


def _coverage(library: Library) -> Iterator[Finding]:
    for doc, rows in library.coverage.items():
        if doc not in library.documents:
            yield Finding(*library.where(f"cover:{doc}"), "error", f"对照表 {doc} 不是登记的文件", "改正文件名")
        for place, row in enumerate(rows):
            for name in row.entries:
                if name not in library.entries:
                    where = library.where(f"cover:{doc}", place)
                    yield Finding(*where, "error", f"{doc} {row.article} 指向不存在的条目 {name}", "改正编号")
    for one in coverage(library):
        where = library.where(f"doc:{one.doc}")
        if not one.articles:
            yield Finding(*where, "warning", f"{one.doc} 没有条款对照表", f"写 coverage/{one.doc}.yaml")
        elif 1 - one.share > MOST_UNANSWERED:
            message = f"{one.doc} 有 {one.articles - one.answered}/{one.articles} 个条款没有条目"
            yield Finding(*where, "warning", message, f"没有条目的不超过 {MOST_UNANSWERED:.0%}")


def _thieves(library: Library) -> Iterator[Finding]:
    """Phrasings that, asked with their scheme known and not standing in the index, find a neighbour with certainty."""
    if not library.entries:
        return
    ids = tuple(library.entries)
    weights = load_weights()
    for sample in held_out(library, [load_meanings()], weights, altered=False):
        if sample.entry is None:
            continue
        winner = ids[int(sample.judged.ranked.entries[0])]
        mine, theirs = library.entries[sample.entry], library.entries[winner]
        sure = weights.probability(sample.judged.signs) >= weights.answer
        if winner != mine.id and sure and _rivals(mine, theirs) and sample.judged.signs["gap"] > 1:
            place = mine.ask.index(sample.text)
            where = _at(library, mine, "ask", place)
            message = f"“{sample.text}”(属于 {mine.id})会被 {winner} 抢走"
            yield Finding(*where, "warning", message, "换一种说法,或给本条目多写几个相近的问法")
