"""Opens a CSV or Excel file as an office exports it and gives its rows by field, whatever the headers are called.

CSV may be UTF-8 (with or without mark) or GBK, split by commas, tabs or semicolons; the header may stand further down.
"""

from __future__ import annotations

import csv
import hashlib
import io
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

HEADER_WITHIN = 10
"""A header stands in one of the first lines; above it offices print a title."""


class BadFile(Exception):
    """The file cannot be read as a table; the sentence says what to do."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a file: its number as a spreadsheet shows it, and its cells by field."""

    line: int
    cells: Mapping[str, str]


_EXACT = 10**15
"""From here on a number of Excel has lost digits, and is left looking so."""

Headers = Mapping[str, Sequence[str]]
"""By field, what its column may be called; the first name is the one we print."""


def fingerprint(path: Path) -> str:
    """SHA-256 of the file: the name of a batch when none is given."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read(path: Path, headers: Headers, required: Sequence[str]) -> Iterator[Row]:
    """The rows below the header; empty lines are left out.

    Raises:
        BadFile: It is no CSV or Excel file, or a required column is missing.
    """
    lines = _excel(path) if path.suffix.lower() in {".xlsx", ".xlsm"} else _csv(path)
    names = {plain(name): field for field, called in headers.items() for name in called}
    fields: list[str | None] | None = None
    for number, cells in enumerate(lines, 1):
        if fields is None:
            fields = _header(cells, names, required)
            if fields is None and number >= HEADER_WITHIN:
                break
        elif any(cells):
            yield Row(number, {field: cell for field, cell in zip(fields, cells, strict=False) if field and cell})
    if fields is None:
        wanted = "、".join(headers[field][0] for field in required)
        raise BadFile(f"{path.name} 的前 {HEADER_WITHIN} 行里找不到表头;至少要有这些列:{wanted}。")


def columns_of(path: Path, headers: Headers) -> set[str]:
    """The fields that the header line of a file has, without reading on."""
    lines = _excel(path) if path.suffix.lower() in {".xlsx", ".xlsm"} else _csv(path)
    names = {plain(name): field for field, called in headers.items() for name in called}
    found: set[str] = set()
    for _, cells in zip(range(HEADER_WITHIN), lines, strict=False):
        here = {names[plain(cell)] for cell in cells if plain(cell) in names}
        found = max(found, here, key=len)
    return found


def plain(name: str) -> str:
    """A header without blanks, brackets' contents and marks: `身份证号码 (必填)*` is 身份证号码."""
    name = name.partition("(")[0].partition("（")[0]
    return "".join(char for char in name if char.isalnum())


def _header(cells: Sequence[str], names: Mapping[str, str], required: Sequence[str]) -> list[str | None] | None:
    fields = [names.get(plain(cell)) for cell in cells]
    return fields if set(required) <= set(fields) else None


def _csv(path: Path) -> Iterator[list[str]]:
    with path.open("rb") as file:
        head = file.read(65536)
        file.seek(0)
        text = io.TextIOWrapper(file, encoding=_encoding(path, head), newline="")
        sample = text.readline() + text.readline()
        text.seek(0)
        delimiter = max(",\t;|", key=sample.count)
        try:
            yield from (
                [cell.strip().lstrip("'=\ufeff").strip('"') for cell in line]
                for line in csv.reader(text, delimiter=delimiter)
            )
        except (UnicodeDecodeError, csv.Error) as error:
            raise BadFile(f"{path.name} 不是完整的 CSV 文件;请在 Excel 里另存为“CSV UTF-8”后再导入。") from error


def _encoding(path: Path, head: bytes) -> str:
    if head.startswith(b"PK") or b"\0" in head:
        raise BadFile(f"{path.name} 不是 CSV 文件;Excel 文件请用 .xlsx 后缀。")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            head[: max(0, head.rfind(b"\n") + 1) or None].decode(encoding)
        except UnicodeDecodeError:
            continue
        return encoding
    raise BadFile(f"认不出 {path.name} 的编码;请在 Excel 里另存为“CSV UTF-8”后再导入。")


def _excel(path: Path) -> Iterator[list[str]]:
    try:
        book = load_workbook(path, read_only=True, data_only=True)
    except (InvalidFileException, zipfile.BadZipFile, KeyError, OSError) as error:
        raise BadFile(f"打不开 {path.name};请在 Excel 里另存为 .xlsx 后再导入。") from error
    try:
        sheet = book.worksheets[0]
        for line in sheet.iter_rows(values_only=True):
            yield [_cell(cell) for cell in line]
    finally:
        book.close()


def _cell(value: Any) -> str:
    """A cell as text; a number keeps all its digits, so that what Excel spoiled can be recognised."""
    if value is None:
        return ""
    if isinstance(value, datetime | date):
        return value.isoformat()[:10]
    if isinstance(value, float) and value.is_integer() and abs(value) < _EXACT:
        return str(int(value))
    return str(value).strip()
