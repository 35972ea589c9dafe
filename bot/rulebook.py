"""Loads the shipped content with the office's own over it and joins it into one rulebook."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from estimator import Parameter, Parameters, load_schemes
from handlers.rulebook import Rulebook, build
from knowledge import load_library
from knowledge.office import SOURCE as SHIPPED_OFFICE
from knowledge.office import load_office


class ContentError(Exception):
    """The content cannot be used; the message lists every fault with file and line."""


def load_rulebook(
    parameters: Iterable[Parameter] = (), *, overlay: Path | None = None, cache: Path | None = None
) -> Rulebook:
    """The rulebook of the shipped content and, where there is one, the office's own over it.

    Args:
        parameters: the office's dated values.
        overlay: a directory with `faq/`, `schemes/`, `articles/` (imported) and `office.yaml` of the office.
        cache: where the search index may be kept between starts.

    Raises:
        ContentError: something is broken; every fault is named.
    """
    over = [overlay] if overlay and overlay.is_dir() else []
    library, library_faults = load_library(over)
    schemes, scheme_faults = load_schemes([path / "schemes" for path in over if (path / "schemes").is_dir()])
    own = overlay / "office.yaml" if overlay else None
    office, office_faults = load_office(own if own and own.is_file() else SHIPPED_OFFICE)
    faults = [*map(str, library_faults), *map(str, scheme_faults), *map(str, office_faults)]
    if faults or office is None:
        raise ContentError("\n".join(faults))
    texts = overlay / "articles" if overlay else None
    rulebook, broken = build(library, schemes, Parameters(parameters), office, cache=cache, texts=texts)
    if broken:
        raise ContentError("\n".join(f"{fault.entry}: {fault.message}({fault.remedy})" for fault in broken))
    return rulebook
