"""How personal data is shown by default: enough for its owner to recognise, too little for anybody else."""

from __future__ import annotations

_DOUBLE = "欧阳 司马 上官 诸葛 东方 皇甫 尉迟 公孙 慕容 令狐 司徒 夏侯 端木 南宫 独孤 长孙 宇文 司空 轩辕 申屠"


def name(full: str) -> str:
    """A surname and one star, whatever the length of the given name.

    >>> name("张三丰"), name("欧阳锋")
    ('张*', '欧阳*')
    """
    full = full.strip()
    surname = full[:2] if full[:2] in _DOUBLE.split() and len(full) > 2 else full[:1]  # noqa: PLR2004  # two-character surnames
    return f"{surname}*"


def identity(number: str) -> str:
    """The first four and the last four characters.

    >>> identity("110105194912310021")
    '1101…0021'
    """
    return f"{number[:4]}…{number[-4:]}"


def phone(number: str) -> str:
    """The first three and the last four digits; of a short number only the last two.

    >>> phone("13812345678"), phone("65899999")
    ('138****5678', '****99')
    """
    if len(number) < 11:  # noqa: PLR2004  # a mobile number has eleven
        return f"****{number[-2:]}"
    return f"{number[:3]}****{number[-4:]}"
