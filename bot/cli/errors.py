"""What a command raises when something typed cannot be used; the sentence says what is accepted. Exit status 2."""

from __future__ import annotations


class UsageError(Exception):
    """Wrong usage, told in one line."""
