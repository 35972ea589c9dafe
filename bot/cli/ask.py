"""`yibao ask "问题"`: one question, one answer."""

from __future__ import annotations

import argparse
from datetime import datetime
from typing import Any

from bot.cli import lines
from bot.cli.rules import add_demo, rulebook_for
from bot.privacy.tokens import clean
from handlers.messages import SHANGHAI, Message
from handlers.quiet import quiet_ports
from handlers.turn import reply_to


def add_parser(sub: Any) -> None:
    """Add the command to the command line."""
    parser: argparse.ArgumentParser = sub.add_parser("ask", help="问一个问题,得一个答案")
    parser.add_argument("question", help="问题,例如:住院起付线是多少")
    parser.add_argument("--scheme", help="参保方案,例如 henan-employee")
    parser.add_argument("--json", action="store_true", help="输出 JSON")
    add_demo(parser)


def run(args: argparse.Namespace) -> int:
    """Answer the question."""
    profile = {"scheme": args.scheme} if args.scheme else {}
    message = Message(clean(args.question, awaiting_code=False).text, datetime.now(SHANGHAI), profile=profile)
    turn = reply_to(message, {}, rulebook_for(args), quiet_ports())
    if args.json:
        lines.write(turn.to_json())
        return 0
    for reply in turn.replies:
        print(reply.text)
        for number, choice in enumerate(reply.choices, 1):
            print(f"  {number}. {choice.label}")
    return 0
