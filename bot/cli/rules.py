"""The rulebook for commands that need one: shipped content, the office's overlay, parameters of its database."""

from __future__ import annotations

import argparse
from pathlib import Path

from bot.parameters import office_parameters
from bot.rulebook import load_rulebook
from handlers.rulebook import Rulebook


def add_demo(parser: argparse.ArgumentParser) -> None:
    """Every command that prices or answers takes `--demo`: a sample average wage, named 示例."""
    parser.add_argument("--demo", action="store_true", help="用示例平均工资 60,000.00(只供试用)")
    parser.add_argument("--content", type=Path, help="单位自己的知识目录,盖在随软件的内容之上")


def rulebook_for(args: argparse.Namespace) -> Rulebook:
    """The rulebook a command answers from.

    Raises:
        ContentError: something in the content is broken; every fault is named.
    """
    return load_rulebook(office_parameters(demo=args.demo), overlay=args.content)
