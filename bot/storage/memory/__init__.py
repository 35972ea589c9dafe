"""The in-memory twin: the same port on plain dictionaries, for tests, `yibao chat` and trying things out."""

from bot.storage.memory.store import MemoryStore

__all__ = ["MemoryStore"]
