"""The page on loading members names every column that is understood, and every command it shows exists."""

import re
from pathlib import Path

import pytest

from bot.cli.main import _parser
from bot.members.intake import kinds

PAGE = (Path(__file__).parents[2] / "docs" / "members.md").read_text(encoding="utf-8")
FILES = {
    "members": (kinds.MEMBERS, kinds.MEMBERS_NEED),
    "movements": (kinds.MOVEMENTS, kinds.MOVEMENTS_NEED),
    "stays": (kinds.STAYS, kinds.STAYS_NEED),
}


def test_the_table_of_columns_is_the_one_in_the_code():
    table = PAGE.split("<!-- columns -->")[1].split("<!-- end -->")[0]
    rows = [
        f"| {name} | {field}{', needed' if field in need else ''} | {', '.join(names)} |"
        for name, (headers, need) in FILES.items()
        for field, names in headers.items()
    ]
    assert table.strip().splitlines()[2:] == rows


@pytest.mark.parametrize("line", re.findall(r"^yibao .*|(?<=`)yibao [a-z][^`]*", PAGE, re.MULTILINE))
def test_every_command_on_the_page_is_understood(line):
    words = line.split("#")[0].split()[1:]
    assert _parser(words[0]).parse_args(words).command == words[0]
