"""Hears whether the person is retired or still at work; 退了押金 and 退烧了 are neither."""

from __future__ import annotations

import re
from collections.abc import Iterator

from handlers.understand.model import Found
from handlers.understand.scene import Scene

_NO_PENSION = re.compile(r"没有?(?:什么)?退休(?:金|工资|证)")
_NOT_YET = re.compile(
    r"退休了?没有?[?,]*(?:还)?没(?:呢|有呢|退)|(?:还没|还没有|没有?|没到|没办|尚未|未|不到)(?:正式|办|到)?退(?:休|(?![烧款费钱押票药货房还给回]))(?:呢)?|(?:快|马上|就?要|即将|准备|临近|等着?)(?:就|要)?(?:到)?退休"
    r"|(?:还有|还差|再过|再干|差)[^,。]{1,6}(?:才|就|到|能|可以)?退休|(?:明年|后年|下个?月|年底)[□初底份]*(?:才|就|才能)?(?:能|可以)?退休"
)
_OPEN = re.compile(
    r"内退|病退|离休|退养|退职|退休[^,。]{0,6}(?:没办|没批|没下来|还没|没办完|没办好|正在办|在办|办理中|申请)|(?:想|要|能|可以|申请|办|打算)(?:提前)?退休(?!了|金)"
    r"|退休(?:返聘)?前|不是退休|退没退|(?:退休|在职)(?:还是|或者?|/)?(?:在职|退休)[?]?|是不是退|退休(?:了)?(?:吗|没有?(?=$|[,。?我他她]))|是否退休"
)
_RETIRED = re.compile(
    r"退休|退下来|(?:办|拿|领|有|吃)(?:了|着)?退休(?:证|金|工资)?|(?<![押费款钱烧金票药货病])退了(?:休|有)?(?!□|钱|押|款|费|票|烧|药|货|房|卡|保|回|给|我|咱|多少|一|没)"
    r"|(?<![押费款钱烧金票药货])退的休|退了休"
)
_ACTIVE = re.compile(
    r"在职|在岗|(?:公司|银行|单位|企业)?职员|公务员|上班族|(?:还在|仍在|现在|正|目前|还|天天|平时)(?:正常)?(?:上班|工作)(?!时|路|的路|途|受|摔)|(?:在)(?:单位|厂里|公司|学校|机关|银行|工厂)(?:里)?(?:上班|工作|干)"
    r"|(?:^|[,。;])上班(?:的|呢|着)?(?=$|[,。;])|(?:^|[,。;我他她])在上班(?=$|的|呢|[,。;])|没退(?=$|[,。;呢])|还没退(?!烧|款|钱|押)|在编|在班|上着班|(?:是|都是)上班的|在[^,。]{1,8}上班(?!时|路|的时|途|受|摔)|有班上"
)
_NOT_ACTIVE = re.compile(
    r"(?:不|没|没有|不再|早就不|早不)(?:是)?(?:在职|上班|工作|在岗)|下岗|失业|停薪|辞职|灵活就业|返聘"
)
_ASKED_ACTIVE = re.compile(r"^(?:还)?(?:上班|工作|干着|没退|没有退|没到年龄|没到岁数|还没)")
_ASKED_RETIRED = re.compile(r"^(?:早|都|已经?|刚|早就|我|他|她|也)*退(?!烧|款)")


def read_status(scene: Scene) -> Iterator[Found]:
    """`active` or `retired`; 内退 and the like are left to be asked."""
    text = scene.wordy
    for words, value in (
        (_NO_PENSION, None),
        (_NOT_YET, "active"),
        (_OPEN, None),
        (_ACTIVE, "active"),
        (_RETIRED, "retired"),
    ):
        for match in words.finditer(text):
            yield Found("status", value, match.start(), match[0], sure=value is not None)
        text = words.sub(lambda match: "□" * len(match[0]), text)
    gone = _NOT_ACTIVE.search(text)
    if gone and not _RETIRED.search(scene.wordy):
        yield Found("status", None, gone.start(), gone[0], sure=False)
    if scene.asks("status"):
        if _ASKED_ACTIVE.search(scene.wordy):
            yield Found("status", "active", 0, scene.text)
        elif _ASKED_RETIRED.search(scene.wordy) and not _OPEN.search(scene.wordy):
            yield Found("status", "retired", 0, scene.text)
