"""The regulation texts beside the project, where they are found: what an answer's numbers are checked against."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from knowledge.importer import Imported, import_text
from knowledge.numerals import numbers

_NEAR = Path(__file__).parents[2] / "shared" / "regulations"
_SIGNS = re.compile(r"[\s第条、()()。.]")
_MISPRINT = re.compile(r"(?<!\d)(\d+)、(\d{1,2})(?=[%万元:,]|个百分点)")
"""A decimal point printed as an enumeration comma: 10121、21万元."""
_CIRCLED = re.compile(r"[①-⑳](?=\d)")
"""A circled item number that would run into the figure behind it: ③60岁."""


def figures(text: str) -> set[Decimal]:
    """Every number of a printed text, also those whose decimal point came out as `、`.

    >>> Decimal("95.18") in figures("参保率为95、18%")
    True
    """
    return numbers(text) | numbers(_MISPRINT.sub(r"\1.\2", text))


def texts_folder() -> Path | None:
    """Where the texts are: `YIBAO_TEXTS`, else `../shared/regulations`; None where there are none."""
    named = os.environ.get("YIBAO_TEXTS")
    folder = Path(named) if named else _NEAR
    return folder if folder.is_dir() else None


@dataclass(slots=True)
class Sources:
    """The texts of a folder, split when first asked for."""

    folder: Path
    _read: dict[str, Imported | None] = field(default_factory=dict)

    def text(self, doc: str) -> Imported | None:
        """A document's articles; None where its text isn't there."""
        if doc not in self._read:
            path = self.folder / f"{doc}.txt"
            self._read[doc] = import_text(_CIRCLED.sub(r"\g<0> ", path.read_text("utf-8"))) if path.is_file() else None
        return self._read[doc]

    def article_numbers(self, doc: str, label: str) -> set[Decimal] | None:
        """The numbers in a cited article and what lies under it; None where it can't be told apart."""
        imported = self.text(doc)
        if imported is None:
            return None
        wanted = _SIGNS.sub("", label)
        under = [article for article in imported.articles if _SIGNS.sub("", article.label).startswith(wanted)]
        if "第" in label:
            under = [article for article in under if _SIGNS.sub("", article.label) == wanted]
        return figures("\n".join("\n".join(article.paragraphs) for article in under)) if under and wanted else None

    def document_numbers(self, doc: str) -> set[Decimal]:
        """All numbers of a document."""
        imported = self.text(doc)
        if imported is None:
            return set()
        return figures("\n".join("\n".join((a.label, a.heading, *a.paragraphs)) for a in imported.articles))
