"""Which class of serious illness a disease belongs to; the printed list ends with 等, so others stay unknown."""

from estimator.benefits.ask import Ask

CLASS = "class_of_illness"
_CLASSES = (1, 2, 3)


def classes(ask: Ask) -> tuple[int | None, ...]:
    """The classes that are possible: one, none of the printed (None), or all where nothing was said."""
    if "category" in ask:
        return (ask.get("category"),)
    disease = ask.get("disease")
    return _CLASSES if disease is None else (_class_of(ask, disease),)


def _class_of(ask: Ask, disease: str) -> int | None:
    for number, illness in ask.rule("serious_aid").cells.items():
        if disease in illness.diseases:
            return int(number)
        if disease in illness.taken:
            ask.assume("category", int(number), f"“{disease}”按{number}类算:{'、'.join(illness.diseases)}")
            return int(number)
    return None
