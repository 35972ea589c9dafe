"""长辈模式: one question a message, and every choice with its number in the words themselves."""

from __future__ import annotations

from dataclasses import replace

from handlers.messages import Reply
from handlers.wording import say


def shortened(replies: list[Reply]) -> list[Reply]:
    """The last reply that asks, with numbered answers; what stands before a question is left for 查看计算过程.

    A reply without choices before a question (a range that the question will narrow) is dropped; notices stay when
    nothing is asked.
    """
    asks = replies[-1] if replies and replies[-1].choices else None
    kept = replies if asks is None or len(replies) == 1 else [*(r for r in replies[:-1] if r.choices), asks]
    return [numbered(reply) for reply in kept]


def numbered(reply: Reply) -> Reply:
    """A reply whose choices stand in its text as 1, 2, 3."""
    if not reply.choices:
        return reply
    options = say("numbered", labels=[choice.label for choice in reply.choices])
    return replace(reply, text=f"{reply.text}\n{options}")
