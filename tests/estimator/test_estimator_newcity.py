"""A plain new city needs no code: `city.yaml` is priced as a second, hand-written computation prices it."""

from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from estimator import estimate, load_schemes

CITY = Path(__file__).parent / "city.yaml"
SCHEMES, FAULTS = load_schemes([CITY])
CENT = Decimal("0.01")
FIRST = {"community": 150, "primary": 300, "secondary": 800, "tertiary": 1300}
AGAIN = {"community": 150, "primary": 300, "secondary": 400, "tertiary": 650}


def by_hand(status, level, admission, *, total, out, class_b, used):
    """The city's articles written out with Decimal, sharing nothing with the product."""
    first_pay = (class_b * Decimal("0.1")).quantize(CENT, ROUND_HALF_UP)
    scope = total - out - first_pay
    deductible = min(scope, Decimal((FIRST if admission == 1 else AGAIN)[level]))
    rates = ["0.85", "0.90", "0.95"] if status == "retired" else ["0.80", "0.85", "0.925"]
    fund = Decimal(0)
    for low, high, rate in zip([0, 10000, 50000], [10000, 50000, 10**9], rates, strict=True):
        inside = max(Decimal(0), min(scope, high) - max(deductible, low))
        fund += (inside * Decimal(rate)).quantize(CENT, ROUND_HALF_UP)
    return min(fund, max(Decimal(0), 100000 - used))


money = st.decimals(0, 200_000, places=2) | st.sampled_from([1300, 10000, 50000, 110000]).flatmap(
    lambda edge: st.decimals(edge - 1, edge + 1, places=2)
)


def test_the_city_loads_without_a_fault():
    assert FAULTS == []


@given(
    st.tuples(st.sampled_from(["active", "retired"]), st.sampled_from(sorted(FIRST)), st.integers(1, 3)),
    money,
    st.decimals(0, 1, places=2),
    st.decimals(0, 1, places=2),
    st.sampled_from([Decimal(0), Decimal(20000), Decimal(99999), Decimal(100000), Decimal(123456)]),
)
def test_every_stay_agrees_with_the_hand_written_computation(who, total, out, part, used):
    status, level, admission = who
    out = (total * out).quantize(CENT, "ROUND_DOWN")
    class_b = ((total - out) * part).quantize(CENT, "ROUND_DOWN")
    facts = {"status": status, "hospital_level": level, "admission_no": admission, "total": str(total)}
    facts.update(self_paid=str(out), class_b=str(class_b), fund_used=str(used), as_of="2016-01-01")
    answer = estimate({"scheme": "test-city", **facts}, SCHEMES)
    fund = by_hand(status, level, admission, total=total, out=out, class_b=class_b, used=used)
    assert Decimal(answer["fund_pays"]) == fund
    assert Decimal(answer["member_pays"]) == total - fund


def test_one_stay_worked_out_on_paper():
    # 60000 - 5000 - 4000 x 10% = 54600; three bands above 1300: 8700 x 80% + 40000 x 85% + 4600 x 92.5% = 45215
    facts = {
        "status": "active",
        "hospital_level": "tertiary",
        "admission_no": 1,
        "total": "60000",
        "as_of": "2016-01-01",
    }
    answer = estimate({"scheme": "test-city", **facts, "self_paid": "5000", "class_b": "4000"}, SCHEMES)
    assert answer["fund_pays"] == "45215.00"
    assert answer["member_pays"] == "14785.00"
    assert answer["lines"][-1]["formula"] == "8,700.00 × 80% + 40,000.00 × 85% + 4,600.00 × 92.5%"


@pytest.mark.parametrize(
    ("path", "shown"),
    [("deductible/tertiary_again", "650元"), ("share/active/bands/2", "92.5%"), ("first_self_pay/ratio", "10%")],
)
def test_an_answer_can_print_the_city_s_figures(path, shown):
    assert SCHEMES.figure(f"test-city/{path}") == shown
