"""What is wrong in a scheme file: found all at once, each with its file, line and remedy."""

from typing import NamedTuple


class Fault(NamedTuple):
    """One fault of a data file.

    Attributes:
        file: the file's path.
        line: the line, from 1.
        message: what is wrong (Chinese: an administrator reads it).
        remedy: what to do about it (Chinese).
    """

    file: str
    line: int
    message: str
    remedy: str

    def __str__(self) -> str:
        """As one line for a terminal: file:line: what is wrong (what to do)."""
        return f"{self.file}:{self.line}: {self.message}({self.remedy})"
