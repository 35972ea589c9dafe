"""What the desk refuses, in sentences the staff read.

DeskError
├── Held      somebody else holds the conversation, or nobody does; the sentence says who
├── Closed    the case is over or was never there
└── BadAct    the act itself makes no sense (an empty reply, an unknown group)
"""

from __future__ import annotations

from bot.storage.port import Conflict


class DeskError(Exception):
    """Root; `str()` is the Chinese sentence for the console."""


class Held(DeskError, Conflict):
    """Somebody was faster: the sentence names who holds the conversation."""


class Closed(DeskError):
    """There is no such open case."""


class BadAct(DeskError):
    """The act makes no sense as given; the sentence says what is accepted."""
