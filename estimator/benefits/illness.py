"""Which class of serious illness a disease belongs to; the printed list ends with 等, so others stay unknown."""

from estimator.benefits.ask import Ask
from estimator.benefits.readers import FactErrors
from estimator.facts import Error

CLASS = "class_of_illness"
_CLASSES = (1, 2, 3)


def classes(ask: Ask) -> tuple[int | None, ...]:
    """The classes that are possible: one, none of the printed (None), or all where nothing was said.

    Raises:
        FactErrors: class and disease contradict one another.
    """
    said, disease = ask.get("category"), ask.get("disease")
    if disease is None:
        return _CLASSES if said is None else (said,)
    found = _class_of(ask, disease)
    if said is not None and found is not None and said != found:
        raise FactErrors([Error("category", f"“{disease}”是{found}类,不是{said}类", "category 和 disease 写一个")])
    return (found if said is None else said,)


def _class_of(ask: Ask, disease: str) -> int | None:
    for number, illness in ask.rule("serious_aid").cells.items():
        if disease in illness.diseases:
            return int(number)
        if disease in illness.taken:
            ask.assume("category", int(number), f"“{disease}”按{number}类算:{'、'.join(illness.diseases)}")
            return int(number)
    return None
