"""Reads 是 and 不是 as the answer to a yes-or-no question just asked."""

from __future__ import annotations

from collections.abc import Iterator

from handlers.understand.model import Found
from handlers.understand.moves import read_moves
from handlers.understand.scene import Scene

FLAGS = (
    "low_income", "remote", "referred_out", "remote_resident", "selected_hospital", "emergency", "outpatient",
    "interrupted", "unit_in_arrears", "household_incomplete", "student",
)  # fmt: skip
"""Facts that are true or false."""


def read_yes_or_no(scene: Scene) -> Iterator[Found]:
    """The one flag asked, said yes or no to; "no" to a cause says that there was none."""
    asked = [fact for fact in scene.asking if fact in FLAGS or fact == "accident"]
    if len(asked) != 1 or len(scene.asking) != 1:
        return
    moves = read_moves(scene.text)
    if asked[0] == "accident":
        if "no" in moves:
            yield Found("accident", None, 0, scene.text)
    elif "no" in moves:
        yield Found(asked[0], value=False, at=0, said=scene.text, weight=0)
    elif "yes" in moves:
        yield Found(asked[0], value=True, at=0, said=scene.text, weight=0)
