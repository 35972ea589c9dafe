"""Reads and writes the XML of WeChat and WeCom, safely: no DTD, no entities, and nothing breaks out of CDATA."""

from __future__ import annotations

from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring


class XmlError(Exception):
    """The body is no flat XML message."""


def read(body: bytes) -> dict[str, str]:
    """The fields of a message: the text of each child of the root; what is nested deeper is left out.

    Raises:
        XmlError: malformed, or with a DTD.
    """
    try:
        root = fromstring(body, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError):
        raise XmlError("消息不是 XML") from None
    return {child.tag: (child.text or "").strip() for child in root}


def write(**fields: str | int) -> bytes:
    """A message of the given fields; numbers stand bare, texts in CDATA."""
    inner = "".join(f"<{name}>{_value(value)}</{name}>" for name, value in fields.items())
    return f"<xml>{inner}</xml>".encode()


def _value(value: str | int) -> str:
    """A text in CDATA; an end mark inside it is split over two, and what XML forbids is left out."""
    if isinstance(value, int):
        return str(value)
    legal = "".join(letter for letter in value if letter in "\n\t" or (letter >= " " and letter not in _FORBIDDEN))
    return f"<![CDATA[{legal.replace(']]>', ']]]]><![CDATA[>')}]]>"


_FORBIDDEN = frozenset({"\ufffe", "\uffff", *map(chr, range(0xD800, 0xE000))})
