"""How fast stays are priced, beside OpenFisca doing the same stay in the same run."""

from __future__ import annotations

import csv
import random
import subprocess
import sys
import tempfile
import time
import timeit
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

from estimator import estimate, load_schemes
from estimator.batch import Pricer, price_csv

STAY = {
    "scheme": "henan-employee",
    "as_of": "2016-11-20",
    "status": "active",
    "hospital_level": "tertiary",
    "admission_no": "1",
    "total": "35600.00",
    "self_paid": "1600.00",
    "class_b": "3000.00",
    "class_b_self_ratio": "0.1",
    "fund_used": "0.00",
    "average_wage": "60000.00",
}
FUND = 22160.0  # 35600 - 1600 - 300 - 6000 = 27700, x 80%
ROWS = 100_000
HEADER = ["id", "status", "hospital_level", "admission_no", "discharged", "total", "self_paid", "class_b"]
HEADER += ["class_b_self_ratio", "fund_used", "account_balance", "average_wage"]


def micros(run: Callable[[], Any], number: int, repeat: int = 7) -> float:
    """Microseconds a call: the best of several rounds."""
    return min(timeit.repeat(run, number=number, repeat=repeat)) / number * 1e6


def import_seconds() -> float:
    """Seconds `import estimator` takes in a fresh interpreter, the best of five."""
    code = "import time; t = time.perf_counter(); import estimator; print(time.perf_counter() - t)"
    runs = (subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True) for _ in range(5))
    return min(float(run.stdout) for run in runs)


def write_stays(path: Path) -> None:
    """A file of made-up stays, the same each time."""
    draw = random.Random(20161120)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        for number in range(ROWS):
            total = draw.randrange(100_000, 20_000_000)
            parts = (total, draw.randrange(0, total // 10), draw.randrange(0, total // 5))
            amounts = [f"{fen / 100:.2f}" for fen in parts]
            day = f"2016-{draw.randrange(1, 13):02}-{draw.randrange(1, 29):02}"
            status, level = draw.choice(["active", "retired"]), draw.choice(["community", "tertiary"])
            row = [number, status, level, draw.randrange(1, 4), day, *amounts, "0.1", "0", "500.00", "60000.00"]
            writer.writerow(row)


def csv_seconds(pricer: Pricer) -> float:
    """Seconds to price the file of stays."""
    with tempfile.TemporaryDirectory() as folder:
        source, target, errors = (Path(folder) / name for name in ("in.csv", "out.csv", "err.csv"))
        write_stays(source)
        start = time.perf_counter()
        totals = price_csv(source, target, errors, pricer)
        taken = time.perf_counter() - start
    assert totals.priced == ROWS
    return taken


def openfisca() -> str:
    """OpenFisca's time for the same stay, or why there is none."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            sys.path.insert(0, str(Path(__file__).parent))
            import estimator_peer as peer  # noqa: PLC0415  (a development dependency, it may be missing)
    except ImportError as error:
        return f"OpenFisca not run: {error}"
    finally:
        sys.path.remove(str(Path(__file__).parent))
    built = peer.system()
    facts = {"total": 35600.0, "self_paid": 1600.0, "class_b": 3000.0, "class_b_self_ratio": 0.1}
    facts |= {"average_wage": 60000.0, "retired": 0.0, "community": 0.0, "admission_no": 1.0}
    assert round(peer.fund_pays(built, facts), 2) == FUND
    return f"OpenFisca {micros(lambda: peer.fund_pays(built, facts), 50, 5):.0f} µs"


def rows() -> list[tuple[str, str, str, str]]:
    """What was measured: name, measured, goal, peer."""
    schemes, faults = load_schemes()
    assert not faults
    pricer = Pricer(schemes)
    amounts = pricer.amounts(STAY)
    assert amounts is not None
    assert amounts.fund_pays == round(FUND * 100)
    year = {**{name: STAY[name] for name in ("scheme", "status", "average_wage")}, "self_paid": "0", "class_b": "0"}
    year["stays"] = [{"total": f"{1000 * month}.00", "hospital_level": "tertiary"} for month in range(8, 20)]
    rough = {name: value for name, value in STAY.items() if name not in ("status", "hospital_level")}
    bare = {name: STAY[name] for name in ("scheme", "as_of", "total", "average_wage")}
    peer = openfisca()

    def took(run: Callable[[], Any], number: int) -> str:
        return f"{micros(run, number):.1f} µs"

    return [
        ("import estimator", f"{import_seconds():.3f} s", "< 0.3 s", "limit: an interpreter alone 0.02 s"),
        ("one stay, amounts", took(lambda: pricer.amounts(STAY), 2000), "< 30 µs", peer),
        ("one stay, the whole answer without lines", took(lambda: estimate(STAY, schemes, lines=False), 500), "", peer),
        ("one stay with its lines", took(lambda: estimate(STAY, schemes), 500), "< 100 µs", peer),
        ("a year of 12 stays with lines", took(lambda: estimate(year, schemes), 50), "", f"12 × {peer}"),
        ("a range, two facts unknown", took(lambda: estimate(rough, schemes), 200), "< 400 µs", ""),
        ("a range, six facts unknown", took(lambda: estimate(bare, schemes), 100), "", ""),
        ("100,000 stays from CSV", f"{csv_seconds(Pricer(schemes, scheme='henan-employee')):.2f} s", "< 5 s", ""),
    ]


if __name__ == "__main__":
    for row in rows():
        print(" | ".join(row))
