"""What stands in a text without belonging to it: page furniture, advertisements, marks planted against copying."""

from __future__ import annotations

import re
from dataclasses import dataclass

_LINES = (
    (re.compile(r"^[-—–\s]*第?\s*\d+\s*页?\s*(?:[//共]\s*共?\s*\d+\s*页?)?[-—–\s]*$"), "页码"),
    (re.compile(r"^中医诊所医保定点的?管理制度\s*\d+$"), "文集的篇号"),
    (re.compile(r"^基本医疗保险管理第\d+篇$"), "文集的篇号"),
    (re.compile(r"^.{0,12}(?:实施方案|范本|范文).{0,4}最新\s*\d+$"), "文集的篇号"),
    (re.compile(r"^\d{4}职工医疗保险申请书$"), "文集的篇号"),
    (re.compile(r"^姓名[::].*分数[::]?"), "试卷的抬头"),
    (re.compile(r"^无忧保|^拓展阅读$|^相关(?:阅读|推荐|文章)|^推荐阅读"), "网站的标题或广告"),
    (re.compile(r"https?://|www\.|微信公众号|扫码|关注我们|点击(?:下载|查看|这里)"), "广告或来源行"),
    (re.compile(r"本文(?:来源|由)|转载请|免费下载|加qq"), "广告或来源行"),
    (re.compile(r"^“某某保险公司"), "问答网站的插话"),
    (re.compile(r"^(?:目\s*录|打印|关闭窗口|上一篇.*|下一篇.*|返回顶部)$"), "网页的按钮"),
)  # fmt: skip
_PLANTED = re.compile(r"(?<=[\u4e00-\u9fff])(?:['’]|(?<=的)\.)(?=[\u4e00-\u9fff])")


@dataclass(frozen=True, slots=True)
class Dropped:
    """A line, or a mark in it, that was left out, and why."""

    line: int
    text: str
    reason: str


def clean(text: str) -> tuple[str, list[Dropped]]:
    """A text without furniture, its lines joined where they were broken in mid-sentence, and what was dropped.

    Dropped lines leave an empty line, so that line numbers stay those of the file.
    """
    kept: list[str] = []
    dropped: list[Dropped] = []
    before = first = ""
    for number, raw in enumerate(text.splitlines(), start=1):
        line = re.sub(r"[ \t\u3000\xa0]+", " ", raw).strip()
        reason = next((why for pattern, why in _LINES if pattern.search(line)), "") if line else ""
        if not reason and line and (line == before or before + line == first):
            reason = "重复的一行"
            kept[-1] = "" if line != before else kept[-1]
        if reason:
            dropped.append(Dropped(number, line, reason))
            line = ""
        planted = len(_PLANTED.findall(line))
        if planted:
            dropped.append(Dropped(number, line[:30], f"防复制的标点 {planted} 处"))
            line = _PLANTED.sub("", line)
        before, first = line or before, first or line
        kept.append(line)
    return "\n".join(kept), dropped
