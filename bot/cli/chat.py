"""`yibao chat`: talk to the bot in the terminal, or line by line as JSON."""

from __future__ import annotations

import argparse
import sys
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any

from bot.cli import lines
from bot.cli.rules import add_demo, rulebook_for
from bot.privacy.tokens import clean
from handlers.messages import SHANGHAI, Message
from handlers.ports import Ports
from handlers.quiet import quiet_ports
from handlers.rulebook import Rulebook
from handlers.turn import Turn, reply_to

if TYPE_CHECKING:
    from bot.members.rehearsal import Rehearsal


def add_parser(sub: Any) -> None:
    """Add the command to the command line."""
    parser: argparse.ArgumentParser = sub.add_parser("chat", help="在终端和机器人对话;--jsonl 每行一个 JSON")
    parser.add_argument("--jsonl", action="store_true", help="每行读一个 JSON 对象,每行写一个")
    parser.add_argument("--scheme", help="事先知道的参保方案,例如 henan-employee")
    add_demo(parser)


class Conversations:
    """Many conversations side by side; each keeps its own state and quiet ports, or those of a sample office."""

    def __init__(self, rulebook: Rulebook, rehearsal: Rehearsal | None = None) -> None:
        self.rulebook = rulebook
        self.rehearsal = rehearsal
        self.states: dict[str, dict[str, Any]] = {}
        self.ports: dict[str, Ports] = {}
        self.profiles: dict[str, dict[str, Any]] = {}
        self.clocks: dict[str, datetime] = {}
        """What an earlier line said of the person and of the time holds until a later one says else."""

    def say(self, name: str, message: Message) -> Turn:
        """One message in one conversation."""
        ports, state = self.ports.setdefault(name, quiet_ports()), self.states.get(name, {})

        def talk(given: Ports) -> Turn:
            return reply_to(message, state, self.rulebook, given)

        turn = self.rehearsal.turn(name, message.now, ports.desk, talk) if self.rehearsal else talk(ports)
        self.states[name] = turn.state
        return turn

    def take_out(self, name: str, text: str, now: datetime) -> str:
        """A text with tokens for personal numbers; a code or a name is taken out too while it is awaited."""
        step = (self.states.get(name, {}).get("binding") or {}).get("step", "")
        awaiting = {"code": "code", "name": "name", "consent": "name"}.get(step, "")
        if self.rehearsal is not None:
            return self.rehearsal.take_out(name, text, now, awaiting=awaiting)
        return clean(text, awaiting_code=awaiting == "code", awaiting_name=awaiting == "name").text

    def answer(self, line: dict[str, Any]) -> dict[str, Any]:
        """One line of the JSON interface; a line that cannot be read is answered as `bad_input`."""
        name = str(line.get("conversation", ""))
        try:
            message = self.read_message(name, line)
        except ValueError as error:
            return {"conversation": name, "status": "bad_input", "errors": [{"field": "now", "message": str(error)}]}
        return {"conversation": name, **self.say(name, message).to_json()}

    def read_message(self, name: str, line: dict[str, Any]) -> Message:
        """A message from one line of JSON; profile and time may stand in the conversation's first line only.

        Raises:
            ValueError: `now` or `today` is no date, or `profile` no object.
        """
        profile = line.get("profile") or {}
        if not isinstance(profile, dict):
            raise ValueError("profile 要写成 JSON 对象")  # noqa: TRY004  (bad input, not a bug)
        profile = self.profiles[name] = {**self.profiles.get(name, {}), **profile}
        now, choice = self._moment(name, line), line.get("choice")
        text = self.take_out(name, str(line.get("text") or ""), now)
        return Message(text, now, choice=None if choice is None else str(choice), profile=profile)

    def _moment(self, name: str, line: dict[str, Any]) -> datetime:
        said = _said_moment(line)
        if said is not None:
            self.clocks[name] = said
        return self.clocks.get(name) or datetime.now(SHANGHAI)


def _said_moment(line: dict[str, Any]) -> datetime | None:
    if line.get("now"):
        moment = datetime.fromisoformat(str(line["now"]))
        return moment if moment.tzinfo else moment.replace(tzinfo=SHANGHAI)
    if line.get("today"):
        return datetime.combine(date.fromisoformat(str(line["today"])), time(12), SHANGHAI)
    return None


def run(args: argparse.Namespace) -> int:
    """Talk until the input ends."""
    rulebook = rulebook_for(args)
    conversations = Conversations(rulebook, _rehearsal(rulebook) if args.demo else None)
    if args.jsonl:
        return lines.each(conversations.answer)
    return _terminal(conversations, {"scheme": args.scheme} if args.scheme else {})


def _rehearsal(rulebook: Rulebook) -> Rehearsal:
    from bot.app import fund_cap  # noqa: PLC0415  (only the sample office needs databases and keys)
    from bot.members.rehearsal import Rehearsal  # noqa: PLC0415

    rehearsal = Rehearsal(fund_cap(rulebook), _beside, datetime.now(SHANGHAI))
    for one in rehearsal.people:
        _beside(f"示例参保人:{one.name} {one.number}  {one.about}")
    return rehearsal


def _beside(line: str) -> None:
    sys.stderr.write(line + "\n")
    sys.stderr.flush()


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
        now = datetime.now(SHANGHAI)
        cleaned = conversations.take_out("terminal", text, now)
        _show(console, conversations.say("terminal", Message(cleaned, now, profile=profile)))


def _show(console: Any, turn: Turn) -> None:
    for reply in turn.replies:
        console.print(reply.text, style="green", markup=False)
        for number, choice in enumerate(reply.choices, 1):
            console.print(f"  {number}. {choice.label}", style="yellow", markup=False)
