"""Hears what the stay came from: traffic, a fight, drink, an injury at work, birth …; "不是车祸" takes it back."""

from __future__ import annotations

import re
from collections.abc import Iterator

from handlers.understand.model import Found
from handlers.understand.scene import Scene
from handlers.understand.tables import pattern, table

_NOT = re.compile(
    r"(?:不是|没有?|并非|不算|不属于|也不|又不|不|非|未|从不|排除|没认定|认不上|算不上|没出)(?:因为|出|有|跟人|是|过|什么|构成|认定)*$"
)
_AND_NOT = re.compile(r"(?:不是|没)[^,。]{0,8}(?:和|或者?|、|,也不是|也没)$")
_HABIT = re.compile(r"(?:爱|平时|平常|天天|常年|总|老|喜欢|戒|长期|经常|少|能|会|年轻时|禁止|以前)(?:在家)?$")


def read_cause(scene: Scene) -> Iterator[Found]:
    """`accident` with one of the interface's causes."""
    for cause in table("causes"):
        for match in pattern("causes", cause).finditer(scene.wordy):
            before = scene.wordy[: match.start()]
            if cause == "drunk" and (_HABIT.search(before) or scene.wordy.startswith("的人", match.end())):
                continue
            after = scene.wordy[match.end() :]
            if re.match("保险|险|认定书", after):
                continue
            if re.match("[,]?(?:还)?(?:认定)?[^,。]{0,2}(?:没下来|没批|没认定|还没定|还没认)", after):
                yield Found("accident", None, match.start(), match[0], sure=False)
                continue
            taken_back = _NOT.search(before) or _AND_NOT.search(before)
            yield Found("accident", None if taken_back else cause, match.start(), match[0])
