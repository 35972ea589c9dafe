"""A fact nobody has told us yet: it is neither nothing nor zero, and has a type of its own."""

from enum import Enum
from typing import Final, Literal


class Unknown(Enum):
    """The type of `UNKNOWN`, so that mypy makes every reader meet it."""

    UNKNOWN = "unknown"

    def __bool__(self) -> bool:
        """An unknown fact is neither true nor false; asking is a programmer's mistake.

        Raises:
            TypeError: always; compare with `is UNKNOWN` instead.
        """
        raise TypeError("an unknown fact has no truth; compare with `is UNKNOWN`")


UNKNOWN: Final[Literal[Unknown.UNKNOWN]] = Unknown.UNKNOWN
