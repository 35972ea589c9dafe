"""Bringing in a regulation: text, Word or PDF becomes a title, dates and articles, ready to be cited and searched."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from knowledge.furniture import Dropped, clean
from knowledge.numerals import chinese
from knowledge.outline import ARTICLE, CHAPTER, NUMBER, PART, POINT, SECTION, SUB, Mark, marks
from knowledge.search.normalise import fold

_NUMBER = re.compile(r"[\u4e00-\u9fff]{2,8}[〔\[((]\s*\d{4}\s*[〕\]))]\s*第?\d+\s*号")
_YEAR = r"(\d{4}|[一二][〇○零0-9一二三四五六七八九]{3})"
_COUNT = r"(\d{1,2}|[一二三]?十?[一二三四五六七八九十])"
_DATE = re.compile(rf"{_YEAR}年{_COUNT}月{_COUNT}日")
_EFFECT = re.compile(rf"自\s*{_YEAR}年{_COUNT}月{_COUNT}日起?(?:正式)?(?:施行|实施|执行|生效)")
_HEAD = re.compile(r"^[^。;,,;]{2,28}[::]?$")
_LONGEST_TITLE = 45
_SMALLEST = 2


class ImportProblem(Exception):
    """A file that can't be brought in; the sentence names the remedy."""


@dataclass(frozen=True, slots=True)
class Article:
    """One article, or one item of a text without articles."""

    label: str
    """As it is cited: 第十三条, or 二、(一)6."""
    chapter: str
    heading: str
    paragraphs: tuple[str, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Imported:
    """A regulation brought in."""

    title: str
    number: str | None
    since: date | None
    dates: tuple[date, ...]
    articles: tuple[Article, ...]
    dropped: tuple[Dropped, ...]


def import_text(text: str) -> Imported:
    """Split a regulation's text.

    Args:
        text: the text, traditional or simplified.

    Returns:
        Its parts, in simplified characters, and what was left out as not belonging to it.
    """
    cleaned, dropped = clean(_plain(text))
    title = _title(cleaned)
    number = next((line for line in cleaned.split("\n") if _NUMBER.fullmatch(line)), None)
    effect = _EFFECT.search(cleaned)
    dates = tuple(dict.fromkeys(day for match in _DATE.finditer(cleaned) if (day := _day(match))))
    return Imported(
        title,
        re.sub(r"\s", "", number) if number else None,
        _day(effect) if effect else None,
        dates,
        tuple(_articles(cleaned, title)),
        tuple(dropped),
    )


def _plain(text: str) -> str:
    """Simplified, with one kind of line end; capital letters and wide punctuation stay readable."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").lstrip("\ufeff").split("\n")
    return "\n".join(fold(line).replace(",", ",").replace(";", ";") for line in lines)


def _title(text: str) -> str:
    """The first line that reads like a title, or its words before the first beginning; empty where there is none."""
    first = next((line for line in text.split("\n") if line and not _NUMBER.fullmatch(line)), "")
    begun = marks(first)
    head = first[: begun[0].start] if begun else first
    half = len(head) // 2
    head = head[:half] if half and head[:half] == head[half:] else head
    return head if len(head) <= _LONGEST_TITLE and not re.search(r"[。;,,::]", head) else ""


def _day(match: re.Match[str]) -> date | None:
    parts = [_count(part) for part in match.groups()[:3]]
    try:
        return date(*parts)
    except ValueError:
        return None


def _count(text: str) -> int:
    if text.isdigit():
        return int(text)
    digits = re.sub(r"\d", lambda found: "零一二三四五六七八九"[int(found.group())], text)
    return chinese(digits) or 0


def _articles(text: str, title: str) -> list[Article]:
    every = [mark for mark in marks(text) if mark.level != POINT]
    whole = sum(mark.level == ARTICLE for mark in every) >= _SMALLEST
    units: list[Article] = _lead(text, 0, every[0].start if every else len(text), title)
    path: list[Mark] = []
    for place, mark in enumerate(every):
        if mark.level > ARTICLE and any(above.level == ARTICLE for above in path):
            continue  # an item inside an article is one of its paragraphs
        path = [above for above in path if above.level < mark.level or (whole and above.level < ARTICLE <= mark.level)]
        path = [above for above in path if above.level != mark.level]
        path.append(mark)
        units.extend(_unit(text, path, mark, _end(text, every[place + 1 :], path)))
    return units


def _end(text: str, later: list[Mark], path: list[Mark]) -> int:
    inside = any(above.level == ARTICLE for above in path)
    return next((mark.start for mark in later if not inside or mark.level <= ARTICLE), len(text))


def _unit(text: str, path: list[Mark], mark: Mark, end: int) -> list[Article]:
    words = text[mark.end : end]
    paragraphs = _paragraphs(words)
    line = text.count("\n", 0, mark.start) + 1
    chapter = " ".join(above.printed for above in path if above.level in {PART, CHAPTER})
    if mark.level in {PART, CHAPTER}:
        return [Article(mark.printed, chapter, paragraphs[0] if paragraphs else "", paragraphs[1:], line)]
    head = paragraphs[0] if paragraphs and _HEAD.match(paragraphs[0]) else ""
    return [Article(_label(path), chapter, head, paragraphs, line)]


def _label(path: list[Mark]) -> str:
    """How a unit is cited: its article, or the beginnings above it joined."""
    article = next((mark for mark in path if mark.level == ARTICLE), None)
    if article is not None:
        return re.sub(r"\s", "", article.printed)
    signs = {SECTION: "{}、", SUB: "{}", NUMBER: "{}"}
    named = [mark for mark in path if mark.level in signs]
    joined = "".join(signs[mark.level].format(_printed(mark)) for mark in named)
    return joined.rstrip("、")


def _printed(mark: Mark) -> str:
    plain = mark.printed.replace("(", "(").replace(")", ")").strip()
    return plain if mark.level == SUB else plain.rstrip("、.．").strip()


def _lead(text: str, start: int, end: int, title: str) -> list[Article]:
    """What stands before the first beginning, paragraph by paragraph; the title is not one."""
    found: list[Article] = []
    for paragraph in _paragraphs(text[start:end]):
        if paragraph not in {title, ""}:
            found.append(Article(f"正文第{len(found) + 1}段", "", "", (paragraph,), _line(text, paragraph)))
    return found


def _line(text: str, paragraph: str) -> int:
    return text.count("\n", 0, max(0, text.find(paragraph[:10]))) + 1


def _paragraphs(words: str) -> tuple[str, ...]:
    """The lines of a unit, those broken in mid-sentence joined."""
    joined: list[str] = []
    for line in (line.strip() for line in words.split("\n")):
        if not line:
            continue
        broken = joined and len(joined[-1]) > _LONGEST_TITLE and joined[-1][-1] not in "。;;::!!??”)"
        if broken and not marks(line)[:1]:
            joined[-1] += line
        else:
            joined.append(line)
    return tuple(joined)


def read_document(path: Path) -> str:
    """The text of a regulation's file: .txt, .md, .docx or .pdf.

    Raises:
        ImportProblem: the file can't be read, with what to do.
    """
    from knowledge.formats import read_docx, read_pdf, read_plain  # noqa: PLC0415 - heavy readers, only when needed

    readers = {".txt": read_plain, ".md": read_plain, ".docx": read_docx, ".pdf": read_pdf}
    reader = readers.get(path.suffix.lower())
    if reader is None:
        raise ImportProblem(f"{path}: 只认 .txt .md .docx .pdf,请先另存为其中一种")
    try:
        text = reader(path)
    except OSError as wrong:
        raise ImportProblem(f"{path}: 文件打不开({wrong.strerror or wrong}),检查路径和权限") from wrong
    except Exception as wrong:
        raise ImportProblem(f"{path}: 文件读不了({type(wrong).__name__}),用原软件另存一份再试") from wrong
    if not text.strip():
        raise ImportProblem(f"{path}: 里面没有文字,扫描件要先做文字识别")
    return text
