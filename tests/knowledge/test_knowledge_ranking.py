"""The learnt ranking bends where a straight sum can't, and no other region's rule answers for the one named."""

import numpy as np
import pytest

from knowledge import load_library
from knowledge.search import Searcher
from knowledge.search.network import Network, learn
from knowledge.search.normalise import asked_of, unmarked


@pytest.fixture(scope="module")
def searcher():
    return Searcher.build(load_library()[0])


def test_a_network_learns_what_no_weighted_sum_can_tell():
    """The right one of two is that whose two features differ: their sum says nothing."""
    chance = np.random.default_rng(1)
    first = chance.integers(0, 2, (400, 1)).astype(np.float32)
    alike, unlike = np.hstack([first, first]), np.hstack([first, 1 - first])
    features = np.stack([alike, unlike], axis=1)
    right = np.tile([False, True], (400, 1))
    network = learn(features, right, np.ones_like(right), np.zeros(2, np.float32))
    scores = np.stack([network.scores(alike), network.scores(unlike)], axis=1)
    assert (scores.argmax(axis=1) == 1).all()


def test_a_network_is_kept_as_numbers_by_name():
    names = ("a", "b")
    network = Network(*(np.array(part, np.float32) for part in ([1, 2], [[0.5], [0.25]], [0.1], [3])))
    again = Network.read(names, *network.dump(names))
    rows = np.array([[1, 0], [0.5, 2]], np.float32)
    assert np.allclose(again.scores(rows), network.scores(rows), atol=1e-3)
    assert Network.read(names, {"a": 1.0, "b": 2.0}, {}).scores(rows).tolist() == [1.0, 4.5]


@pytest.mark.parametrize("said", ["南昌住院封顶线是几万", "北京职工住院能报几成", "内蒙古的住院起付标准"])
def test_another_regions_rule_never_answers_for_the_region_named(searcher, said):
    found = searcher.ask(said)
    names = [hit.entry_id for hit in found.hits]
    assert found.outcome != "answer" or names[0].startswith(found.scheme)
    assert not any(name.startswith(("henan", "county", "exam", "reports")) for name in names)


def test_a_designation_is_not_a_place(searcher):
    assert searcher.ask("申请医保定点要哪些条件").elsewhere is None


def test_template_marks_and_asking_words_are_left_out():
    assert unmarked("给{{ figure('x/ratio') }}的{% if a %}钱{% endif %}") == "给的钱"
    assert asked_of("封顶线是多少") == "封顶线"
