"""`yibao chat`: talk to the bot in the terminal, or line by line as JSON."""

from __future__ import annotations

import argparse
from datetime import date, datetime, time
from typing import Any

from bot.cli import lines
from bot.cli.rules import add_demo, rulebook_for
from bot.privacy.tokens import clean
from handlers.messages import SHANGHAI, Message
from handlers.quiet import quiet_ports
from handlers.rulebook import Rulebook
from handlers.turn import Turn, reply_to


def add_parser(sub: Any) -> None:
    """Add the command to the command line."""
    parser: argparse.ArgumentParser = sub.add_parser("chat", help="在终端和机器人对话;--jsonl 每行一个 JSON")
    parser.add_argument("--jsonl", action="store_true", help="每行读一个 JSON 对象,每行写一个")
    parser.add_argument("--scheme", help="事先知道的参保方案,例如 henan-employee")
    add_demo(parser)


class Conversations:
    """Many conversations side by side; each keeps its own state and quiet ports."""

    def __init__(self, rulebook: Rulebook) -> None:
        self.rulebook = rulebook
        self.states: dict[str, dict[str, Any]] = {}
        self.ports: dict[str, Any] = {}

    def say(self, name: str, message: Message) -> Turn:
        """One message in one conversation."""
        ports = self.ports.setdefault(name, quiet_ports())
        turn = reply_to(message, self.states.get(name, {}), self.rulebook, ports)
        self.states[name] = turn.state
        return turn

    def answer(self, line: dict[str, Any]) -> dict[str, Any]:
        """One line of the JSON interface; a line that cannot be read is answered as `bad_input`."""
        name = str(line.get("conversation", ""))
        try:
            message = read_message(line, self.states.get(name, {}))
        except ValueError as error:
            return {"conversation": name, "status": "bad_input", "errors": [{"field": "now", "message": str(error)}]}
        return {"conversation": name, **self.say(name, message).to_json()}


def read_message(line: dict[str, Any], state: dict[str, Any]) -> Message:
    """A message from one line of JSON.

    Raises:
        ValueError: `now` or `today` is no date, or `profile` no object.
    """
    profile = line.get("profile") or {}
    if not isinstance(profile, dict):
        raise ValueError("profile 要写成 JSON 对象")  # noqa: TRY004  (bad input, not a bug)
    awaiting = (state.get("binding") or {}).get("step") == "code"
    text = clean(str(line.get("text") or ""), awaiting_code=awaiting).text
    choice = line.get("choice")
    return Message(text, _moment(line), choice=None if choice is None else str(choice), profile=profile)


def _moment(line: dict[str, Any]) -> datetime:
    if line.get("now"):
        moment = datetime.fromisoformat(str(line["now"]))
        return moment if moment.tzinfo else moment.replace(tzinfo=SHANGHAI)
    if line.get("today"):
        return datetime.combine(date.fromisoformat(str(line["today"])), time(12), SHANGHAI)
    return datetime.now(SHANGHAI)


def run(args: argparse.Namespace) -> int:
    """Talk until the input ends."""
    conversations = Conversations(rulebook_for(args))
    if args.jsonl:
        return lines.each(conversations.answer)
    return _terminal(conversations, {"scheme": args.scheme} if args.scheme else {})


def _terminal(conversations: Conversations, profile: dict[str, Any]) -> int:
    from rich.console import Console  # noqa: PLC0415  (only the terminal needs it)

    console = Console(highlight=False)
    _show(console, conversations.say("terminal", Message("", datetime.now(SHANGHAI), event="start", profile=profile)))
    while True:
        try:
            text = console.input("[bold cyan]您:[/] ")
        except (EOFError, KeyboardInterrupt):
            console.print()
            return 0
        state = conversations.states["terminal"]
        awaiting = (state.get("binding") or {}).get("step") == "code"
        cleaned = clean(text, awaiting_code=awaiting).text
        _show(console, conversations.say("terminal", Message(cleaned, datetime.now(SHANGHAI), profile=profile)))


def _show(console: Any, turn: Turn) -> None:
    for reply in turn.replies:
        console.print(reply.text, style="green", markup=False)
        for number, choice in enumerate(reply.choices, 1):
            console.print(f"  {number}. {choice.label}", style="yellow", markup=False)
