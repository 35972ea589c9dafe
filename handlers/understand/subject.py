"""Hears whom a message is about (我, 我妈, 邻居) and cuts it where the person changes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from handlers.understand.scene import BREAK
from handlers.understand.tables import table

SELF = "self"
_OWNER = r"(?:我们?|俺们?|咱们?|他|她|我家|俺家|咱家|家里|你|替|给|帮)(?:的|那|这|家|个)*"
_HELPS = re.compile(
    r"(?:来|也|还|又|昨天|今天|一直|就|都)*(?:说(?!她|他|自己)|问|让|叫|帮|陪|送|替|给(?!车|人)|告诉|打电话|照顾|伺候|垫|带|推荐|教|想问|听|看到|不会|不懂|不识字|签字|跑|回来|接|拿着|拉着|办理)"
)
_FOR = re.compile(r"(?:替|给|帮|为|代)(?:我|俺|咱)?(?:家|的|们)*$")
_AT = re.compile(r"(?:搬到|住在|住到|送到|接到|在|去|到)(?:我|俺|他|她)?$")
_PLACE = re.compile(r"(?:这边|那边|这儿|那儿|家里?)")
_NEAR = 6
_HELPED_BY = re.compile(r"(?:让|叫|跟着|由|听|问|被|找|随)(?:我|俺|他|她)?(?:的)?$")
_ME = re.compile(
    r"(?:(?<![妈爸爹娘])(?:我|俺)(?!们|家|也?想问|想咨询|想|要问|要(?!掏|付|出|花|交|拿|自己|承担)|问|来|咨询|打听|帮|替|给|听|看(?!门诊|病花|急诊)|觉得|记得|不?知道|不?清楚|不懂|忘|说|这边|该(?!掏|付|出)|能(?!报)|可以(?!报)|\d+岁的|[二三四五六七八九十]+岁的|咋|怎么|们|单位|厂|村|县|市|那(?!个?是|回|次|年)|这(?!次|回|是|个月|两|几|人|病|今|一|把|身|条|腿|老|样)|的意思|再|就想|算|查|先问|先|把|跟|和|不是说|刚才|不想|不晓得|应该|拿不准|还是|感觉|估计|以为|看病|请|叫人|是(?:给|替|帮|为|来)|最|需要|本来想)|本人|我自己|俺自己|自己住)"
)
_ME_AGAIN = re.compile(
    r"我自己|我本人|我也(?:住|退|花)|我呢|我是(?!给|替|帮|为|他|她|来)|我住(?!的近)|我退|我\d(?!\d?岁的)|我花了|我在职|我还在|我没|我已经|我今年|俺住|俺自己|我那次"
)
_TITLE = re.compile(
    r"[赵钱孙李周吴郑王冯陈蒋沈韩杨朱秦许何吕张孔曹金魏姜谢邹苏潘葛范彭鲁马方袁柳唐薛雷贺汤罗齐郝安常于傅顾孟黄尹姚邵汪毛戴宋庞熊纪项祝董梁杜阮贾江郭林钟徐邱骆高夏蔡田胡霍万卢莫丁邓洪石崔龚程陆段侯武刘龙叶白赖乔谭温庄晏柴阎易廖耿匡欧魏](?:大爷|大妈|大娘|阿姨|叔叔?|师傅|奶奶|爷爷|老师|大哥|大姐|婶|伯伯?|先生|女士|某)"
)


_BOTH = re.compile(r"[,。;](?:他们|两个?人?|俩人?|老两口|全)?都(?:是)?[^,。;?]{1,8}[。!]?$")


@dataclass(frozen=True, slots=True)
class Person:
    """A person named at a place of the text."""

    subject: str
    start: int
    end: int


@cache
def _kin() -> tuple[re.Pattern[str], dict[str, str]]:
    plain: dict[str, str] = {}
    near: list[str] = []
    free: list[str] = []
    for subject, words in table("kinship").items():
        near += words.get("near", [])
        free += words.get("free", [])
        plain |= {word: subject for word in [*words.get("near", []), *words.get("free", [])]}
    free_words = "|".join(sorted(free, key=len, reverse=True))
    near_words = "|".join(sorted([*free, *near], key=len, reverse=True))
    return re.compile(rf"{_OWNER}(?P<near>{near_words})(?!的(?:的)?(?:朋友|同事|亲戚))|(?P<free>{free_words})"), plain


@cache
def kin_words() -> str:
    """A pattern for every word of kinship."""
    return "|".join(sorted(_kin()[1], key=len, reverse=True))


def people(text: str) -> list[Person]:
    """Everyone a fact may be about, in order; who only helps, asks or pays the errand is left out."""
    words, plain = _kin()
    found = []
    for match in words.finditer(text):
        word = match["near"] or match["free"]
        if text.startswith("的", match.end()) and text[match.start()] == "他":
            continue
        if not _patient(text, match, word):
            continue
        if _born(text, match):
            continue
        found.append(Person(plain[word], match.start(), match.end()))
    for match in _TITLE.finditer(text):
        if not any(person.start < match.end() and match.start() < person.end for person in found):
            found.append(Person(match[0], match.start(), match.end()))
    me = _ME_AGAIN if found else _ME
    for match in me.finditer(text):
        if not words.match(text, match.start()) and not any(
            person.start < match.end() and match.start() < person.end for person in found
        ):
            found.append(Person(SELF, match.start(), match.end()))
    if not found:
        found = [
            Person(plain[match["near"]], match.start(), match.end()) for match in words.finditer(text) if match["near"]
        ][:1]
    return _one_per_phrase(sorted(found, key=lambda person: person.start), text)


def _patient(text: str, match: re.Match[str], word: str) -> bool:
    """Whether the one named is spoken of, not a helper (我儿子帮我打的字) and not a place (搬到闺女那)."""
    start = match.end() - len(word)
    if _FOR.search(text[:start]):
        return True
    if _AT.search(text[:start]) and text.startswith(("那", "家", "这"), match.end()):
        return False
    if _PLACE.match(text, match.end()) and "在" in text[max(0, start - _NEAR) : start]:
        return False
    return not (_HELPS.match(text, match.end()) or (match["free"] and _HELPED_BY.search(text[: match.start()])))


def _born(text: str, match: re.Match[str]) -> bool:
    """生孩子, 生了个闺女 name nobody who stayed; 孩子 in 女儿家 is a place."""
    before = text[: match.start()]
    return bool(
        re.search(r"生(?:了)?(?:个|一个)?$|有(?:[一两二三几□]*个?)$|(?:带|看|接|抱)(?:着)?$", before)
    ) or text.startswith(("家住", "家里住", "家附近"), match.end())


def _one_per_phrase(found: list[Person], text: str) -> list[Person]:
    """我邻居张大爷 is one person: of names side by side the first counts."""
    kept: list[Person] = []
    for person in found:
        if kept and text[kept[-1].end : person.start] in ("跟", "和", "与", "、", "还有"):
            continue
        if kept and text[kept[-1].end : person.start].strip("的家那个老") == "" and person.subject != SELF:
            last = kept.pop()
            owner = "的" in text[last.end : person.start]
            person = Person(person.subject if owner else last.subject, last.start, person.end)  # noqa: PLW2901
        kept.append(person)
    return kept


def stretches(text: str) -> list[tuple[str | None, str]]:
    """The message cut by person: (subject, text), the first one's words first."""
    found = people(text)
    if not found:
        return [(None, text)]
    cuts: list[tuple[str, int]] = [(found[0].subject, 0)]
    for person in found[1:]:
        if person.subject != cuts[-1][0]:
            marks = [mark.end() for mark in BREAK.finditer(text, 0, person.start)]
            start = marks[-1] if marks and marks[-1] > cuts[-1][1] and person.start - marks[-1] <= 8 else person.start  # noqa: PLR2004
            cuts.append((person.subject, start))
    shared = _BOTH.search(text)
    ends = [start for _, start in cuts[1:]] + [len(text)]
    merged: dict[str, str] = {}
    for (subject, start), end in zip(cuts, ends, strict=True):
        merged[subject] = merged.get(subject, "") + text[start:end]
    if shared and len(merged) > 1:
        merged = {
            subject: words if words.endswith(shared[0]) else words + shared[0] for subject, words in merged.items()
        }
    return list(merged.items())
