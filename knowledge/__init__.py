"""What the rules say: the document register, the FAQ files and search over Chinese text."""

from knowledge.library import Library, Origin
from knowledge.loader import load_library
from knowledge.models import Citation, Confusable, CoverageRow, Document, Entry, Lexicon
from knowledge.yamlfile import Fault

__all__ = [
    "Citation",
    "Confusable",
    "CoverageRow",
    "Document",
    "Entry",
    "Fault",
    "Lexicon",
    "Library",
    "Origin",
    "load_library",
]
