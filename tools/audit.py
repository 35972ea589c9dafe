"""Checks the dependencies without asking any other host: locked with hashes, installed as locked, and licensed.

A list of known vulnerabilities needs a host outside; `pip-audit -r requirements.lock`, where that is allowed, says the
rest.
"""

from __future__ import annotations

import re
import sys
from importlib.metadata import PackageNotFoundError, metadata, version
from pathlib import Path

LOCK = Path(__file__).parents[1] / "requirements.lock"
PIN = re.compile(r"^([A-Za-z0-9_.-]+)(?:\[[^]]*\])?==(\S+?)(?:\s*;.*)? \\$", re.MULTILINE)
REFUSED = re.compile(r"\b(AGPL|Affero|SSPL|Commons Clause)\b", re.IGNORECASE)


def faults() -> list[str]:
    """Everything that is wrong, one sentence each."""
    lock = LOCK.read_text("utf-8")
    found = []
    for block in re.split(r"\n(?=\S)", lock):
        pin = PIN.match(block)
        if pin is None:
            continue
        name, wanted = pin.groups()
        if "--hash=sha256:" not in block:
            found.append(f"{name}: no hash in {LOCK.name}; run make lock")
        found += _installed(name, wanted)
    return found


def _installed(name: str, wanted: str) -> list[str]:
    try:
        here, about = version(name), metadata(name)
    except PackageNotFoundError:
        return [f"{name}: locked but not installed; run make setup"]
    licence = " ".join(filter(None, [about.get("License-Expression"), (about.get("License") or "")[:200]]))
    told = [] if here == wanted else [f"{name}: {here} is installed, {wanted} is locked; run make setup"]
    return told + ([f"{name}: its licence does not fit ({licence})"] if REFUSED.search(licence) else [])


if __name__ == "__main__":
    wrong = faults()
    print("\n".join(wrong) if wrong else "dependencies are as locked")
    sys.exit(bool(wrong))
