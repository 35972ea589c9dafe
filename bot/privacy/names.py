"""Finds the name that somebody gives beside an identity number, so that it is not stored readable either.

A name is looked for only where one is expected: while a binding dialogue waits for it, or beside an identity number.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_HAN = r"\u3400-\u9fff"
_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆"
    "汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤常温康施文牛樊葛邢安齐易乔伍"
    "庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳欧阳管柴蒙"
    "鲍华喻祁蒲房滕屈饶解牟艾尤阳时穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬"
    "师和仇栾隋商刁沙荣巫寇桑郎甄丛仲虞敖巩明佘池查麻苑迟邝官封谈匡鞠惠荆乐冀郁胥南班储原栗燕楚鄢劳谌奚皮粟冼蔺楼盘满闻"
    "位厉伊仝区郜海阚花权强帅屠豆朴盖练廉禹井祖漆巴丰支卿国狄平计索宣晋相初门云容敬来扈晁芮都普阙浦戈伏鹿薄邸雍辜羊阿乌"
    "母裘亓修邰赫杭况那宿鲜印逯隆茹诺战慕危玉银亢嵇公哈湛宾戎勾茅利於呼居揭干但尉冶斯元束檀衣信展阴昝智幸奉植衡富尧闭由"
)
_FILLER = re.compile(r"我的(?:名字|姓名)[是叫]?|我[叫是]|名叫|姓名|名字|本人|身份证(?:号码?)?|号码|证件号")
_SAID = re.compile(
    rf"(?:我叫|名叫|姓名(?:是|为)?|名字(?:是|叫)?)[::\s]*([{_HAN}·•・]{{2,15}}?)(?=$|身份|[^{_HAN}·•・])"
)
_RUN = re.compile(rf"[{_HAN}·•・]+")
_NO_NAME = re.compile(
    "余额|查询|查[余账帐一下看]|账|帐|医保|社保|报销|住院|什么|怎么|为啥|多少|吗|呢|人工|取消|同意|安全|可以|还没|于是"
    "|时间|方法|单位|公司|明细|都是|解绑|应该|那就|那个"
)
_LONGEST = 4


def find_name(shadow: str, *, alone: bool) -> Iterator[tuple[int, int, str]]:
    """Start, end and text of the name in a message whose numbers are blanked out already.

    Args:
        shadow: the message; what was found in it stands as zero characters.
        alone: nothing but the name is expected (no identity number stands beside it).
    """
    said = _SAID.search(shadow)
    if said is not None and _is_name(said[1]):
        yield said.start(1), said.end(1), said[1]
        return
    bare = _FILLER.sub(lambda found: "\0" * len(found[0]), shadow)
    runs = list(_RUN.finditer(bare))
    if alone and len(runs) != 1:
        return
    found = next((run for run in runs if _is_name(run[0])), None)
    if found is not None:
        yield found.start(), found.end(), found[0]


def _is_name(run: str) -> bool:
    """Two to four characters with a surname first, or a longer name with a dot in it."""
    if _NO_NAME.search(run):
        return False
    dotted = any(dot in run[1:-1] for dot in "·•・")
    return dotted or (2 <= len(run) <= _LONGEST and run[0] in _SURNAMES)  # noqa: PLR2004  (surname and given name)
