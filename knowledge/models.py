"""What stands in the knowledge files: documents, entries, words, utterances that have no answer."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

Audience = Literal["member", "employer", "pharmacy", "clinic", "hospital", "staff"]
Authority = Literal["rule", "notice", "model", "report", "exam"]
Reason = Literal[
    "purpose", "authority-internal", "definitions", "duplicate", "housekeeping", "heading", "advertisement"
]
Text = Annotated[str, Field(min_length=1)]


def _article(value: Any) -> Any:
    """YAML reads `article: 4` as a number; an article's name is text."""
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


ArticleName = Annotated[Text, BeforeValidator(_article)]


class Part(BaseModel):
    """A piece of a knowledge file: read-only, and an unknown key is a fault."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Document(Part):
    """One document of the register: what it is, whose, from when, and how far it binds."""

    id: Text
    title: Text
    title_from: Literal["printed", "inferred"] = "printed"
    number: str | None = None
    """The 文号, as printed."""
    issuer: str | None = None
    region: Text
    scheme: str | None = None
    authority: Authority
    audience: tuple[Audience, ...] = ("member",)
    since: date | None = None
    until: date | None = None
    undated: bool = False
    checked: date | None = None
    """The day somebody last read it through."""

    @model_validator(mode="after")
    def _dated_or_not(self) -> Document:
        if (self.since is None) != self.undated:
            raise ValueError("写 since(施行日期),没有日期就写 undated: true,两者恰好一个")
        return self


class Citation(Part):
    """Where a figure comes from: a document and its article, as printed."""

    doc: Text
    article: ArticleName


class Entry(Part):
    """One thing people ask, how they say it, and the answer with its sources."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9-]+(/[a-z0-9-]+)+$")]
    title: Text
    topic: Annotated[str, Field(pattern=r"^[a-z0-9-]+$")]
    general: bool = False
    ask: tuple[Text, ...]
    answer: Text
    cite: tuple[Citation, ...]
    scheme: str | None = None
    region: str | None = None
    audience: tuple[Audience, ...] = ("member",)
    related: tuple[str, ...] = ()
    actions: tuple[Annotated[str, Field(pattern=r"^(estimate|balance|handoff|guide:[a-z0-9-]+)$")], ...] = ()
    since: date | None = None
    until: date | None = None


class EntryFile(Part):
    """A FAQ file: what holds for all its entries, and the entries."""

    scheme: str | None = None
    region: str | None = None
    audience: tuple[Audience, ...] | None = None
    topic: str | None = None
    entries: tuple[Entry, ...]


class DocumentFile(Part):
    """The register."""

    documents: tuple[Document, ...]


class Place(Part):
    """A region with rules of its own: its names, its districts and towns, the schemes that are meant by it."""

    names: tuple[Text, ...]
    districts: tuple[Text, ...] = ()
    schemes: tuple[str, ...] = ()


class SchemeWords(Part):
    """A scheme: the region it belongs to, its title, the words that name it, the words that only point to its kind."""

    title: Text
    region: Text
    words: tuple[Text, ...] = ()
    kind: tuple[Text, ...] = ()


class Lexicon(Part):
    """The words of the search: synonyms, places, schemes, who speaks, kinship, destinations, filler."""

    synonyms: dict[str, tuple[Text, ...]] = {}
    places: dict[str, Place] = {}
    elsewhere: tuple[Text, ...] = ()
    schemes: dict[str, SchemeWords] = {}
    audiences: dict[Audience, tuple[Text, ...]] = {}
    kinship: tuple[Text, ...] = ()
    going: tuple[Text, ...] = ()
    """Words before a place that make it a destination: 去, 转到 …"""
    insured: tuple[Text, ...] = ()
    """Words around a place that make it the insured region: 的医保, 参保 …"""
    treated: tuple[Text, ...] = ()
    """Words after a place that make it where treatment happens: 住院, 看病 …"""
    filler: tuple[Text, ...] = ()
    """Words that carry no topic: 请问, 你好 …"""
    follow: tuple[Text, ...] = ()
    """Beginnings of a question that leans on the one before: 那, 还有 …"""


class Utterances(Part):
    """Sentences that have no answer here, by class."""

    out_of_scope: dict[str, tuple[Text, ...]]


class Confusable(Part):
    """Entries that a question may mean alike; the conversation then offers them."""

    entries: Annotated[tuple[str, ...], Field(min_length=2)]
    when: tuple[Text, ...] = ()
    """Questions that are truly ambiguous between them."""


class Confusables(Part):
    """The file of confusable entries."""

    confusables: tuple[Confusable, ...]


class CoverageRow(Part):
    """One article of a document: the entries that answer it, or why none does."""

    article: ArticleName
    entries: tuple[str, ...] = ()
    reason: Reason | None = None

    @model_validator(mode="after")
    def _one_of_two(self) -> CoverageRow:
        if bool(self.entries) == (self.reason is not None):
            raise ValueError("写 entries(回答它的条目)或 reason(为什么没有),两者恰好一个")
        return self
