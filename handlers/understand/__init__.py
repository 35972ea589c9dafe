"""Understands one message of a member: facts of a stay, whose they are, and what is wanted.

Everything is read by small readers over one normalised text; what isn't certain stays unknown.
"""

from handlers.understand.model import Understood
from handlers.understand.reading import understand

__all__ = ["Understood", "understand"]
