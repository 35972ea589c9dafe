"""The search finds an entry however it is asked, asks back when several schemes fit, and stays silent otherwise."""

import random
from dataclasses import replace

import pytest

from knowledge import Library, load_library
from knowledge.models import Citation, Confusable, Entry
from knowledge.search import Searcher, Weights
from knowledge.search.altered import homophone, slip, traditional, typed
from knowledge.search.facets import Ears
from knowledge.search.normalise import bare, fold
from knowledge.search.pinyin import fuzzy, sound, spelled, syllables
from knowledge.search.words import Words


def entry(name, title, ask, **more):
    cite = (Citation(doc="rule", article="第一条"),)
    return Entry(
        id=name, title=title, topic=more.pop("topic", name.split("/")[1]), ask=ask, answer=title, cite=cite, **more
    )


@pytest.fixture(scope="module")
def shipped():
    return load_library()[0]


HENAN = {"scheme": "henan-employee", "region": "河南省直"}
COUNTY = {"scheme": "county-resident", "region": "某县", "topic": "deductible", "general": True}
BEIJING = {"scheme": "beijing-employee", "region": "北京", "topic": "account-inheritance"}
ENTRIES = [
    entry(
        "henan-employee/deductible",
        "住院起付标准",
        ("住院门槛费是多少", "起付线多少", "头一次住院自己先掏多少"),
        general=True,
        **HENAN,
    ),
    entry(
        "county-resident/deductible",
        "居民住院起付线",
        ("居民医保起付线是多少", "起付线要多少钱", "住院先交多少才给报"),
        **COUNTY,
    ),
    entry("henan-employee/card-loss", "医保卡丢失补办", ("医保卡丢了怎么办", "卡找不到了", "补办一张卡去哪"), **HENAN),
    entry(
        "beijing-employee/inherit",
        "账户余额继承",
        ("人没了卡里的钱归谁", "账户能继承吗", "老人走了钱取得出来吗"),
        **BEIJING,
    ),
    entry(
        "henan-employee/referral", "转外地就医", ("转到北京去看病怎么办手续", "想去上海做手术", "转院要谁批"), **HENAN
    ),
    entry(
        "pharmacy/records",
        "处方保存年限",
        ("处方要留几年", "药店的处方放多久", "旧方子能扔吗"),
        audience=("pharmacy",),
    ),
]


@pytest.fixture(scope="module")
def library(shipped):
    strays = {"other": ("今天天气怎么样", "银行卡密码忘了", "讲个笑话", "公积金怎么提取")}
    return Library(
        documents={}, entries={one.id: one for one in ENTRIES}, lexicon=shipped.lexicon, out_of_scope=strays, digest="t"
    )


@pytest.fixture(scope="module")
def searcher(library):
    return Searcher.build(library)


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("医保卡丢了怎么办", "henan-employee/card-loss"),
        ("醫保卡丟了怎麼辦", "henan-employee/card-loss"),
        ("医保卡丢了怎么半", "henan-employee/card-loss"),
        ("一保卡丢了咋办", "henan-employee/card-loss"),
        ("yibaoka diule zenmeban", "henan-employee/card-loss"),
        ("请问医保卡 丢了,怎么办???谢谢", "henan-employee/card-loss"),
        ("老人走了卡里钱取得出来不", "beijing-employee/inherit"),
    ],
)
def test_the_same_question_in_many_forms(searcher, said, found):
    assert searcher.ask(said).hits[0].entry_id == found


def test_the_scheme_known_beforehand_decides_and_other_schemes_are_left_out(searcher):
    for scheme in ("henan-employee", "county-resident"):
        hits = searcher.ask("起付线多少", scheme=scheme).hits
        assert hits[0].entry_id == f"{scheme}/deductible"
        assert len([hit for hit in hits if hit.entry_id.endswith("deductible")]) == 1


def test_several_schemes_and_none_known_is_a_choice_never_a_guess(searcher):
    found = searcher.ask("起付线")
    assert found.outcome == "choices"
    assert {hit.entry_id for hit in found.hits} == {"henan-employee/deductible", "county-resident/deductible"}


def test_somebody_from_a_pharmacy_is_not_asked_for_a_scheme(searcher):
    found = searcher.ask("我们药店的处方要放多久")
    assert found.audience == "pharmacy"
    assert (found.outcome, found.hits[0].entry_id) == ("answer", "pharmacy/records")


def test_the_scheme_named_in_the_question_beats_the_one_known(searcher):
    found = searcher.ask("我说的是河南省直的起付线", scheme="county-resident")
    assert found.scheme == "henan-employee"
    assert found.hits[0].entry_id == "henan-employee/deductible"


def test_a_destination_is_not_the_insured_region(searcher):
    found = searcher.ask("转到北京去住院要办什么手续")
    assert (found.region, found.scheme) == (None, None)
    assert found.hits[0].entry_id == "henan-employee/referral"


def test_an_empty_or_senseless_question_finds_nothing(searcher):
    for said in ("", "   ", "???", "😀😀", "\x00", "asdfgh qwrt", "#" * 5000):
        assert searcher.ask(said).outcome == "none"


def test_a_very_long_question_is_read_in_bounded_time(searcher):
    assert searcher.ask("医保卡丢了怎么办" * 5000).hits


def test_a_follow_up_is_read_with_the_entry_before(searcher):
    found = searcher.ask("那居民的呢", previous=("henan-employee/deductible",))
    assert found.hits[0].entry_id in {"county-resident/deductible", "henan-employee/deductible"}
    region = searcher.ask("我说的是河南省直", previous=("county-resident/deductible",))
    assert region.hits[0].entry_id == "henan-employee/deductible"


def test_a_whole_question_does_not_lean_on_the_one_before(searcher):
    alone = searcher.ask("医保卡丢了怎么办")
    after = searcher.ask("医保卡丢了怎么办", previous=("henan-employee/deductible",))
    assert alone.hits[0].entry_id == after.hits[0].entry_id == "henan-employee/card-loss"


def test_the_index_is_kept_and_read_back_alike(library, tmp_path):
    first = Searcher.build(library, cache=tmp_path)
    files = list(tmp_path.glob("index-*.npz"))
    second = Searcher.build(library, cache=tmp_path)
    assert len(files) == 1
    for said in ("起付线多少", "卡丢了", "今天下雨吗"):
        assert first.ask(said) == second.ask(said)


def test_a_broken_or_unwritable_cache_is_no_failure(library, tmp_path):
    Searcher.build(library, cache=tmp_path)
    next(tmp_path.glob("index-*.npz")).write_bytes(b"broken")
    assert Searcher.build(library, cache=tmp_path).ask("卡丢了").hits
    assert Searcher.build(library, cache=tmp_path / "file.txt" / "x").ask("卡丢了").hits


def test_an_empty_library_finds_nothing():
    assert Searcher.build(Library()).ask("起付线").outcome == "none"


def test_a_confusable_pair_is_always_offered(library):
    pair = Confusable(entries=("henan-employee/card-loss", "henan-employee/referral"), when=("手续在哪办",))
    found = Searcher.build(replace(library, confusables=(pair,))).ask("手续在哪办")
    assert found.outcome == "choices"
    assert {hit.entry_id for hit in found.hits} == set(pair.entries)


def test_nothing_is_answered_below_the_threshold(library):
    assert Searcher.build(library, weights=Weights(inside=1.1, near=1.1)).ask("医保卡丢了怎么办").outcome == "none"


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("我在北京参保", ("beijing-employee", "北京", None, None)),
        ("在北京住院能报吗", (None, None, "北京", None)),
        ("转到北京协和去", (None, None, "北京", None)),
        ("北京医保卡丢了", ("beijing-employee", "北京", None, None)),
        ("朝阳区换单位", ("beijing-employee", "北京", None, None)),
        ("上海医保怎么交", (None, None, None, "上海")),
        ("去上海看病", (None, None, "上海", None)),
        ("郑州的去上海看病", ("henan-employee", "河南省直", "上海", None)),
    ],
)
def test_places_in_their_roles(shipped, said, expected):
    heard = Ears(shipped.lexicon).hear(said)
    assert (heard.scheme, heard.region, heard.destination, heard.elsewhere) == expected


def test_forms_and_sounds():
    assert bare("醫保卡, ABC123!") == "医保卡abc123"
    assert fold("帳戶") == "账户" or fold("帳戶") == "帐户"
    assert fuzzy("zhang") == fuzzy("zan")
    assert sound("医保") == sound("一宝") == syllables("yibao")
    assert spelled("yi bao ka") == sound("医保卡")
    assert spelled("hello world") == ""
    assert Words({"起付线": ("门槛费",)}).canonical("住院门槛费") == Words({"起付线": ("门槛费",)}).canonical(
        "住院起付线"
    )


def test_altered_sentences_still_sound_alike():
    chance = random.Random(1)
    text = "医保卡丢了怎么办"
    assert sound(homophone(text, chance, 3)) == sound(text)
    assert bare(traditional(text)) == text
    assert spelled(typed(text, chance)) == sound(text)
    assert slip(text, chance) != text
