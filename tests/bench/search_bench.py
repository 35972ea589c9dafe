"""How fast a search is, how long its index takes to load and how much memory it needs, at 500 to 100,000 entries.

The larger libraries are made of the shipped one: each phrasing with some characters replaced by others of the same
files, so that n-grams are about as common as in real text. `rows()` gives (name, measured, goal, peer).
"""

from __future__ import annotations

import random
import resource
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from knowledge import Library, load_library
from knowledge.search import Searcher

SIZES = ((500, None), (10_000, 4), (100_000, 4))
GOALS = {500: "2 ms", 100_000: "5 ms"}
QUESTIONS = 600
PEERS = {500: "0.6 ms (study, 2 features)", 10_000: "0.6 ms (study)", 100_000: "0.9 ms (study); rapidfuzz scan 118 ms"}

Row = tuple[str, str, str, str]


def enlarged(library: Library, count: int, asks: int | None, chance: random.Random) -> Library:
    """A library of so many entries, with so many phrasings each (None: as many as there are)."""
    shipped = list(library.entries.values())
    signs = sorted({sign for entry in shipped for text in entry.ask for sign in text if "\u4e00" <= sign <= "\u9fff"})

    def changed(text: str) -> str:
        return "".join(chance.choice(signs) if chance.random() < 0.3 else sign for sign in text)

    entries = {}
    for number in range(count):
        entry = shipped[number % len(shipped)]
        ask = entry.ask[:asks]
        if number >= len(shipped):
            name, title = f"made/{number}", changed(entry.title)
            update = {"id": name, "title": title, "ask": tuple(map(changed, ask)), "topic": f"made-{number // 3}"}
            entry = entry.model_copy(update=update)
        entries[entry.id] = entry
    return replace(library, entries=entries, digest=f"bench-{count}")


def questions(library: Library, chance: random.Random) -> list[str]:
    """Questions people might ask: phrasings with a character lost."""
    texts = [text for entry in library.entries.values() for text in entry.ask[:4]]
    picked = chance.sample(texts, min(QUESTIONS, len(texts)))
    return [text[:place] + text[place + 1 :] for text in picked for place in [chance.randrange(len(text))]]


def resident() -> float:
    """Megabytes of memory in use."""
    pages = int(Path("/proc/self/statm").read_text("utf-8").split()[1])
    return pages * resource.getpagesize() / 1e6


def measure(library: Library, asked: list[str]) -> tuple[float, float, float, float, float]:
    """Median and 99th percentile of a search in ms, load and build time in s, memory of the loaded index in MB."""
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        Searcher.build(library, cache=Path(folder))
        built = time.perf_counter() - start
        before = resident()
        start = time.perf_counter()
        searcher = Searcher.build(library, cache=Path(folder))
        loaded = time.perf_counter() - start
        memory = resident() - before
    for text in asked[:50]:
        searcher.ask(text)
    spent = []
    for text in asked:
        start = time.perf_counter()
        searcher.ask(text)
        spent.append((time.perf_counter() - start) * 1000)
    spent.sort()
    return spent[len(spent) // 2], spent[int(len(spent) * 0.99)], loaded, built, memory


def rows(sizes: tuple[tuple[int, int | None], ...] = SIZES) -> list[Row]:
    """One row a size and figure."""
    library, _ = load_library()
    table: list[Row] = []
    for count, asks in sizes:
        chance = random.Random(count)
        large = enlarged(library, count, asks, chance)
        middle, slow, loaded, built, memory = measure(large, questions(large, chance))
        name = f"search {count:,} entries"
        table += [
            (f"{name}, p50", f"{middle:.2f} ms", GOALS.get(count, ""), PEERS[count]),
            (f"{name}, p99", f"{slow:.2f} ms", "", ""),
            (f"{name}, load kept index", f"{loaded:.2f} s", "2 s" if count == SIZES[0][0] else "", ""),
            (f"{name}, build", f"{built:.1f} s", "", ""),
            (f"{name}, memory", f"{memory:.0f} MB", "150 MB" if count == SIZES[0][0] else "", ""),
        ]
    return table


if __name__ == "__main__":
    wanted = SIZES[: int(sys.argv[1])] if len(sys.argv) > 1 else SIZES
    for row in rows(wanted):
        print(" | ".join(row))
