"""Hears "none" (没有自费, 没用乙类, 今年没报过) as zero, and "don't know" (自费多少不清楚) as taken back."""

from __future__ import annotations

import re
from collections.abc import Iterator

from handlers.understand.model import Found
from handlers.understand.money_roles import MONEY_FACTS
from handlers.understand.scene import Scene

_SELF = r"(?:(?:全|纯)?自费(?:的|药品?|项目|部分|费用|东西|材料|内容)*|丙类(?:的|药|项目|费用)*|(?:医保)?目录(?:以)?外(?:的)?(?:药|费用|项目|东西)?|(?:不能|不)报销?的(?:部分|药|费用|项目|东西)?)"
_CLASS_B = r"(?:乙类(?:的|药品?|项目|费用|部分|东西)*|部分自付(?:的)?(?:项目|药)?)"
_NO = r"(?:(?<![有能])(?:没有|没用|没花|没开|没产生|没做|没使|没沾|没|无|未用|不含|不存在|未产生|没用过|也没有?|也没用)(?:任何|一点儿?|一分钱?|用|过|花|到|开)*(?:的)?)"
_NONE = r"(?:都|也|一样|一分钱?|一点儿?|一个|一项|全|压根|啥的?|什么的|那块|部分|,|:|是|为|占|金额|费用|花了)*(?:没有(?!多)|没花|没用|没(?=$|[,。;了])|无(?=$|[,。;])|零(?=$|[,。;元])|(?<![\d.])0(?:元|块钱?|\.00?元?)?(?![\d.]))"
_AND = r"(?:和|跟|与|、|还有|也没有?|,?也没用?|,也没有|或者?|以及|,)"
_OR = r"(?:和|跟|与|、|还有|,?也没有?用?|或者?|以及)"
_SUM = r"(?!的?[□\d一二三四五六七八九十百千万两])"
_ZEROS = (
    ((), re.compile(rf"(?:基本|几乎|差不多|大概|可能|好像)(?:上|就)?(?:都)?(?:没有?|不用|没用)(?:什么|啥)?{_SELF}|没(?:啥|什么|怎么|多少)(?:用|有)?(?:的)?(?:{_SELF}|{_CLASS_B})")),
    (("self_paid", "class_b"), re.compile(rf"{_NO}{_SELF}{_OR}{_CLASS_B}{_SUM}|{_NO}{_CLASS_B}{_OR}{_SELF}{_SUM}")),
    (("self_paid", "class_b"), re.compile(rf"{_SELF}{_AND}?{_CLASS_B}{_NONE}|{_CLASS_B}{_AND}?{_SELF}{_NONE}")),
    (("self_paid", "class_b"), re.compile(r"(?:全|都|全部|全都|用的都)(?:是|用的?是?|属于)?(?:的)?甲类(?:的|药)?")),
    (("self_paid",), re.compile(rf"{_NO}{_SELF}|{_SELF}{_NONE}")),
    (("class_b",), re.compile(rf"{_NO}{_CLASS_B}|{_CLASS_B}{_NONE}")),
    (("self_paid",), re.compile(r"(?<!是不是)(?:全部?|都|全都|用的都|所有药?都)(?:是|在|属于|用的?是?|进了?)(?:的)?(?:医保)?(?:目录|范围|报销目录|报销范围|医保|能报)(?:范围|目录)?(?:里|内|以内|之内|里头|里边|里面)?(?:的)?(?!不)(?:药|项目)?")),
    (("fund_used",), re.compile(r"(?:今年|年内|本年度?|之前|今年之前)(?:还|以前|之前|也|从|一次|都)*没(?:有)?(?:报(?:销)?过|用过医保|报(?:销)?)")),
    (("account_balance",), re.compile(r"(?:医保)?(?:卡|个人账户|账户|个账|医保卡|帐户|个人帐户)(?:里|上|内|里头|里面)?(?:早就|已经|都|也|的|余额|现在|一分钱?|是|为)*(?:没有?钱|没(?:有)?余额|没了|花光了?|用光了?|空了?|0元?(?![\d.])|零|没剩|没有(?:了)?(?=$|[,。]))")),
)  # fmt: skip
_ANSWER_NONE = re.compile(
    r"(?:应该|好像|都|也|嗯|啊|哦|不,|暂时|目前|这个)*(?:没有|没|无|零|0|没花|没用|没有的|一分没有|一分钱没有|没得|木有|冇)(?:了|的|吧|啊|呀|哦|过|元|块|块钱|用|自费|乙类)*"
)
_ASKED_NONE = {
    "fund_used": re.compile(r"(?:还|都|从来?)?没(?:有)?(?:报|用)(?:销)?过?"),
    "account_balance": re.compile(r"(?:早|已经)?没钱(?:了)?|花光了|用完了|空的"),
    "self_paid": re.compile(r"(?:全|都|全部)(?:能|可以|给)?报(?:销)?(?:的|了)?|全在(?:里头|目录里)"),
}
_UNKNOWN = r"(?:不知道|不清楚|不晓得|记不清|记不得|记不住|说不清|说不准|不记得|忘了|忘记了|没算|没数|没注意|没问|弄不清|弄不明白|搞不清|不太清楚|不大清楚|不懂|没留意|没细看|不确定|没看|还没出来|不晓得|拿不准)"
_NAMES = {
    "self_paid": r"自费|丙类|目录外",
    "class_b": r"乙类(?!.{0,4}比例)",
    "class_b_self_ratio": r"先自付|自付比例|乙类.{0,6}比例",
    "total": r"总费用|总共|一共|花了|总额|总的|费用多少",
    "hospital_level": r"(?:医院)?(?:是|算)?(?:什么|啥|几)级|级别|等级|几级|几甲",
    "admission_no": r"第?几(?:次|回)",
    "fund_used": r"报(?:销)?(?:了|过)多少|报过",
    "account_balance": r"卡(?:里|上)|余额|个人账户|个账",
    "paid_years": r"(?:交|缴)(?:费|了)?(?:几|多少)年|缴费年限|几年",
    "days": r"几天|多少天|天数",
    "age": r"多大|年纪|年龄|岁数",
    "status": r"退没退|退休没|是不是退休|退休(?:了)?(?:没有|还是)",
}


def read_zeros(scene: Scene) -> Iterator[Found]:
    """Zeros said in words; money facts only."""
    text = scene.text
    for facts, words in _ZEROS:
        for match in words.finditer(text):
            for fact in facts:
                yield Found(fact, "0.00", match.start(), match[0], weight=3)
        text = words.sub(lambda match: "□" * len(match[0]), text)
    asked = next((fact for fact in scene.asking if fact in MONEY_FACTS and fact != "total"), None)
    if asked and (
        _ANSWER_NONE.fullmatch(scene.text) or (asked in _ASKED_NONE and _ASKED_NONE[asked].fullmatch(scene.text))
    ):
        yield Found(asked, "0.00", 0, scene.text, weight=3)


def without_zeros(text: str) -> str:
    """The text with every "none" blanked, so that its words name no sum."""
    for _, words in _ZEROS:
        text = words.sub(lambda match: "□" * len(match[0]), text)
    return text


def read_unknown(scene: Scene) -> Iterator[Found]:
    """Facts said to be unknown; a bare 不知道 means what was asked."""
    if re.search(_UNKNOWN, scene.text) is None:
        return
    named = False
    for fact, words in _NAMES.items():
        for match in re.finditer(
            rf"{_UNKNOWN}[^,。]{{0,5}}(?:{words})|(?:{words})[^,。□]{{0,8}}(?:,)?(?:我|这个|俺|也|真|还|都|可|就|他|她|有|具体)*{_UNKNOWN}",
            scene.wordy,
        ):
            named = True
            yield Found(fact, None, match.start(), match[0], weight=0)
    if not named and not scene.amounts and scene.asking:
        for fact in scene.asking:
            yield Found(fact, None, 0, scene.text, weight=0)
