"""Tells a question about the rules (起付线是多少) from a fact told, and hears a supposed case (要是第二次呢)."""

from __future__ import annotations

import re

from handlers.understand.scene import BREAK

_ASKS = re.compile(
    r"(?<!没)多少(?!都)|几成|几个点|几级(?!医院住)|(?<!没)怎么|咋|如何|(?<!没)什么|(?<!没)啥|几(?:万|千|百|钱|块)|哪(?!怕)|吗|么(?=$|[,。?])|能不能|可不可以|是不是|有没有|要不要|多久|多长时间|几天能|行不行|中不中|为何|区别|算不算|报不报|给不给|贵不贵|够不够"
)
_RULE = re.compile(
    r"起付|门槛|封顶|报销比例|比例|几成|几个点|政策|规定|标准|条件|材料|手续|流程|怎么(?:报|办|交|缴|查|转|申请|算的)|咋(?:报|办|交|缴|查)|能报(?:吗|不|么)|可以报|给报|报不报|能不能报|多久|到账|期限|哪里(?:办|报)|哪儿(?:办|报)|什么(?:是|叫|时候)|啥(?:是|叫|时候)|区别|算不算|定点|异地备案|备案|电话|地址|几点|上班时间|先自付|(?:还)?(?:用|需要?|要)(?:再)?(?:交|缴)"
)
_PRICE = re.compile(
    r"(?:能|可以|会|该|给|要|得|可|大概|一共|总共)?(?:给)?(?:我|俺|他|她)?(?:报|报销|报回来?|补)(?:个|得|下来|回来|到)?(?:的)?(?:多少|几(?:个)?(?:钱|块|千|万)|多钱|好多)|(?:自己|个人|自个儿|我|俺|他|她|咱|家里|病人)?(?:还)?(?:最后|到底|实际|大概)?(?:要|得|需要|还得|该|应该|需)?(?:再)?(?:掏|付|出|花|交|承担|拿|自付|负担|自费)(?:的)?(?:多少|好多|几个?钱|多钱)|(?:帮|给|替)(?:我|俺|忙)?(?:算|估|看看能报)(?:一)?(?:下|算|个)|算(?:一)?(?:下|算)|医保(?:能|给|会|可以)?(?:出|付|掏|承担|给|管)(?:我|他|她)?多少|能报(?:销)?(?:到)?(?:多少|几|好多)|报(?:销)?下来(?:是)?(?:多少|自己)|估(?:一下|算|个)|能退多少|还(?:要|得)(?:掏|出|付)多少|能报几"
)
_WHAT_IF = re.compile(
    r"要是|如果|假如|假设|万一(?!元)|倘若|若是|换成|换做|换作|要换|假若|那(?:如果|要是)|(?:在|去|住)[^,。]{1,8}呢[?]?$|^(?:那|那么)?(?:么)?[^,。]{1,10}呢[?]?$"
)
_PERSONAL = re.compile(r"我|俺|今年|这次|不知道|不清楚|忘了|不晓得|记不")


def is_what_if(text: str) -> bool:
    """A case the member supposes."""
    return bool(_WHAT_IF.search(text))


def is_question(text: str) -> bool:
    """Asks about a rule."""
    return any(_RULE.search(clause) and _ASKS.search(clause) for clause in BREAK.split(_marked(text)))


def wants_price(text: str) -> bool:
    """Asks what will be paid, or back, for a stay."""
    return bool(_PRICE.search(text))


def _marked(text: str) -> str:
    """Question marks stay with their clause."""
    return text.replace("?", "吗?")


def clauses_that_tell(text: str, *, personal: bool, sums: bool) -> str:
    """The text with clauses blanked that only ask (退休报几成, 三级医院起付线是多少).

    A clause that asks still tells its facts where a person or a sum of money stands in the message: 我妈退休能报多少.
    """
    if personal or sums or is_what_if(text):
        return text
    kept = []
    start = 0
    for mark in [*BREAK.finditer(text), None]:
        end = mark.end() if mark else len(text)
        clause = text[start:end]
        asks = _ASKS.search(clause) or _PRICE.search(clause) or (clause.endswith("?") and _RULE.search(clause))
        tells = _PERSONAL.search(clause)
        kept.append("□" * (end - start) if asks and not tells else clause)
        start = end
    return "".join(kept)
