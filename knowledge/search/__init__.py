"""Finding the entry that answers a question, however it is asked."""

from knowledge.search.searcher import Found, Hit, Judged, Searcher
from knowledge.search.weights import Weights, load_weights

__all__ = ["Found", "Hit", "Judged", "Searcher", "Weights", "load_weights"]
