"""Reading the files regulations come in: plain text in any usual encoding, Word, PDF."""

from __future__ import annotations

from pathlib import Path

import docx
import pypdf


def read_plain(path: Path) -> str:
    """A text file, as UTF-8 or else as GB18030.

    Raises:
        UnicodeDecodeError: it is neither.
    """
    raw = path.read_bytes()
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("gb18030")


def read_docx(path: Path) -> str:
    """A Word file's paragraphs and table rows, in order."""
    document = docx.Document(str(path))
    lines: list[str] = []
    for block in document.iter_inner_content():
        if hasattr(block, "rows"):
            lines += ["\t".join(cell.text for cell in row.cells) for row in block.rows]
        else:
            lines.append(block.text)
    return "\n".join(lines)


def read_pdf(path: Path) -> str:
    """A PDF's pages."""
    reader = pypdf.PdfReader(str(path))
    return "\n".join(page.extract_text() for page in reader.pages)
