"""Reads the menu of an official account from a file, says everything wrong with it, and puts it on the platform.

Protocol: developers.weixin.qq.com/doc/offiaccount/Custom_Menus/Creating_Custom-Defined_Menu.html: three columns of
five; a name of 16 bytes (60 inside a column), a key of 128, an address of 1024.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from handlers.choices import split

COLUMNS, ROWS = 3, 5
MOST_NAME, MOST_INNER, MOST_KEY, MOST_URL = 16, 60, 128, 1024


class MenuError(Exception):
    """A menu that cannot be used, with every fault in one sentence each."""


def read_menu(path: Path) -> dict[str, Any]:
    """The menu as the platform wants it.

    Raises:
        MenuError: unreadable, or against the platform's limits.
    """
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as fault:
        raise MenuError(f"{path}:读不了({type(fault).__name__})") from None
    if not isinstance(data, list) or not 1 <= len(data) <= COLUMNS:
        raise MenuError(f"{path}:要写 1 到 {COLUMNS} 栏的列表,每栏有 name 和 choice、url 或 buttons")
    faults: list[str] = []
    columns = [_column(item, faults) for item in data]
    if faults:
        raise MenuError("\n".join(f"{path}:{fault}" for fault in faults))
    return {"button": columns}


def _column(item: Any, faults: list[str]) -> dict[str, Any]:
    if not isinstance(item, dict) or "buttons" not in item:
        return _button(item, MOST_NAME, faults)
    rows = item["buttons"]
    name = _name(item, MOST_NAME, faults)
    if not isinstance(rows, list) or not 1 <= len(rows) <= ROWS:
        faults.append(f"“{name}”下要有 1 到 {ROWS} 个按钮")
        return {}
    return {"name": name, "sub_button": [_button(row, MOST_INNER, faults) for row in rows]}


def _button(item: Any, most: int, faults: list[str]) -> dict[str, Any]:
    if not isinstance(item, dict) or ("choice" in item) == ("url" in item):
        faults.append(f"{item!r} 要有 name,和 choice 或 url 之一")
        return {}
    name = _name(item, most, faults)
    if "url" in item:
        url = str(item["url"])
        if not url.startswith(("https://", "http://")) or len(url.encode()) > MOST_URL:
            faults.append(f"“{name}”的 url 不是网址或太长")
        return {"type": "view", "name": name, "url": url}
    key = str(item["choice"])
    if not split(key)[0] or len(key.encode()) > MOST_KEY:
        faults.append(f"“{name}”的 choice {key!r} 不认识,例如 do:estimate、do:human、ask:条目")
    return {"type": "click", "name": name, "key": key}


def _name(item: dict[str, Any], most: int, faults: list[str]) -> str:
    name = str(item.get("name", ""))
    if not 1 <= len(name.encode()) <= most:
        faults.append(f"“{name}”的名字要有 1 到 {most} 个字节(一个汉字 3 个)")
    return name
