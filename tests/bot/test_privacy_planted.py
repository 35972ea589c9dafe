"""Numbers and codes that a member types reach neither the database file, nor the log, nor an export, in the clear."""

import asyncio
import csv
import logging
import re
from datetime import timedelta

import pytest
from members_office import NOW, Office
from test_members_import import number

from bot.engine.rulebooks import RulebookHolder
from bot.engine.turns import Parts
from bot.members.codes import TerminalSender, code_effect
from bot.members.intake.batch import run
from bot.members.intake.ledger import MovementsIntake
from bot.members.intake.people import MembersIntake
from bot.members.wiring import accounts_port, identity_port, records_port
from bot.parameters import office_parameters
from bot.privacy import chain
from bot.privacy.secrets import keep
from bot.privacy.tokens import clean
from bot.rulebook import load_rulebook
from bot.runtime import Inbound, Runtime
from handlers.ports import Ports
from handlers.quiet import quiet_ports
from handlers.turn import reply_to

NUMBER, PHONE, CARD, OTHER_PHONE = number(77, "19771107"), "13977711077", "6222021234567890123", "0371-65897711"
NAME = "钱七七"
"""Planted: a member's own number and phone, and a card and a land-line that are typed on the way."""


def tokens(text, awaiting):
    cleaned = clean(text, awaiting_code=awaiting == "code", awaiting_name=awaiting == "name")
    return cleaned.text, cleaned.values


def bring_in(office, folder):
    members, ledger = folder / "m.csv", folder / "a.csv"
    with members.open("w", encoding="gbk", newline="") as file:
        csv.writer(file).writerows(
            [["姓名", "身份证号", "手机号", "人员状态", "参保日期"], ["钱七七", NUMBER, PHONE, "在职", "2015-01-01"]]
        )
    with ledger.open("w", encoding="utf-8", newline="") as file:
        rows = [["身份证号", "日期", "金额", "备注"], [NUMBER, "2026-11-08", "135.00", f"经办 {OTHER_PHONE}"]]
        rows += [[NUMBER[:-1] + "?", "2026-11-08", "1", PHONE]]
        csv.writer(file).writerows(rows)
    more = {"name": None, "accept_valid": True, "clock": lambda: NOW}
    run(office.store, MembersIntake(office.membership, {"": "henan-employee"}), members, **more)
    outcome = run(office.store, MovementsIntake(office.membership, "credit"), ledger, **more)
    members.unlink()
    ledger.unlink()
    return outcome


async def talk(office, texts):
    """Say the texts one after another to the whole bot; `{code}` is the code that the terminal shows."""
    desk = quiet_ports().desk

    def ports(tx, thread, now):
        accounts = accounts_port(tx, thread, now, office.membership, lambda *_: 24_000_000)
        records = records_port(tx, thread, now, office.membership)
        return Ports(identity_port(tx, thread, now, office.membership), accounts, desk, records)

    def kept(tx, thread_id, values, now):
        keep(tx, office.membership.vault, thread_id, values, now)

    holder = RulebookHolder(office.store, lambda _: load_rulebook(office_parameters(demo=True)))
    clock = lambda: office.now  # noqa: E731
    send = code_effect(office.store, TerminalSender(office.terminal.append), office.membership, clock)
    runtime = Runtime(
        office.store, holder, Parts(reply_to, ports, tokens, kept), effects={"send_code": send}, clock=clock
    )
    answers = []
    for index, text in enumerate(texts):
        said = text.replace("{code}", office.code() if office.terminal else "")
        receipt = await runtime.receive(Inbound("web", "main", f"u{index}", "c", "p", office.now, text=said))
        answers.append("\n".join(message.text for message in receipt.messages))
        await runtime.drain()
        office.now += timedelta(seconds=20)
    await runtime.stop()
    return answers


@pytest.mark.slow
def test_what_is_planted_is_found_nowhere(tmp_path, sqlite_store, caplog, capfd):
    caplog.set_level(logging.DEBUG)
    office = Office(sqlite_store, now=NOW)
    outcome = bring_in(office, tmp_path)
    assert (outcome.applied, len(outcome.bad)) == (1, 1)
    answers = asyncio.run(
        talk(
            office,
            [
                f"我叫{NAME},身份证{NUMBER},电话{PHONE},卡号{CARD},座机{OTHER_PHONE},查余额",
                "同意",
                f"{NAME} {NUMBER.lower()}",
                "{code}",
                "查余额",
                f"我妈的身份证是{NUMBER[:6]} {NUMBER[6:14]} {NUMBER[14:]}",
            ],
        )
    )
    codes = [office.code()]
    assert any("135.00" in answer for answer in answers), answers
    exported = office.store.run_sync(
        lambda tx: (chain.seal(tx.sql, office.membership.vault, NOW), [str(line) for line in chain.export(tx.sql)])
    )[1]
    assert exported
    office.store.close_sync()
    written = b"".join(path.read_bytes() for path in tmp_path.glob("*.sqlite3*"))
    output = capfd.readouterr()
    everywhere = {
        "database": written,
        "log": "\n".join([*caplog.messages, *(str(vars(record)) for record in caplog.records)]).encode(),
        "terminal": (output.out + output.err).encode(),
        "export": "\n".join(exported).encode(),
        "bad rows": str(outcome.bad).encode(),
    }
    assert len(written) > 50_000
    assert NAME.encode() not in written
    planted = [NUMBER, NUMBER[:17], NUMBER.lower(), PHONE, CARD, OTHER_PHONE, OTHER_PHONE.replace("-", ""), *codes]
    for place, content in everywhere.items():
        for secret in planted:
            # Alone, since six digits may well stand inside a long hash.
            assert not re.search(rb"(?<![0-9a-zA-Z])%b(?![0-9a-zA-Z])" % re.escape(secret.encode()), content), place
