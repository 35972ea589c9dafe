"""The product as it is put together: real rulebook, real ports, SQLite; restarts, new values, sample and real apart."""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot import demo as sample
from bot import log
from bot.app import Installation, build, parameter_of
from bot.clock import utc_now
from bot.demo import WrongKindError
from bot.engine.inbound import Receipt
from bot.privacy.vault import KeyFileMissing
from bot.runtime import Inbound
from bot.settings import load
from bot.storage.port import ParameterRow


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One data directory for the module: the search index is built once."""
    return tmp_path_factory.mktemp("data")


class Office:
    """Builds installations one after the other on one database, and talks to them."""

    def __init__(self, folder: Path, database: Path) -> None:
        self.database = database
        self.environment = {"YIBAO_DATA_DIR": str(folder), "YIBAO_DATABASE_URL": f"sqlite:///{database}"}
        self.shown: list[str] = []
        self.said = 0

    def open(self, *, demo: bool = True) -> Installation:
        return build(load(self.environment), demo=demo, show=self.shown.append)

    async def say(self, installation: Installation, text: str, **more: Any) -> Receipt:
        self.said += 1
        update = Inbound("web", "web", f"u{self.said}", "c1", "c1", utc_now(), text=text, **more)
        return await installation.runtime.receive(update)


@pytest.fixture
def office(folder: Path, tmp_path: Path) -> Iterator[Office]:
    return Office(folder, tmp_path / "office.sqlite3")


def words(receipt: Receipt) -> str:
    return "\n".join(line.text for line in receipt.messages)


async def test_a_policy_question_is_answered_with_its_article_and_kept_for_replay(office: Office) -> None:
    running = office.open()
    receipt = await office.say(running, "", choice="ask:henan-employee/deductible")
    await running.close()
    assert "第十三条" in words(receipt)
    meta = receipt.messages[-1].meta
    assert meta["intent"] == "faq"
    assert meta["entries"]
    assert re.fullmatch(r"[0-9a-f]{12}", meta["rulebook"])
    assert {"doc", "article"} == set(meta["citations"][0])


async def test_a_dialogue_goes_on_after_a_restart(office: Office) -> None:
    running = office.open()
    await office.say(running, "我是省直在职职工,在三级医院第一次住院,花了35600元,没有自费和乙类", profile={"age": 40})
    thread = running.store.run_sync(lambda tx: tx.thread_for("web", "web", "c1", "c1"))
    await running.close()
    assert thread.state["form"]["facts"]["total"] == "35600.00"
    running = office.open()
    receipt = await office.say(running, "如果是退休呢")
    await running.close()
    assert receipt.turn is not None
    assert receipt.turn.facts["total"] == "35600.00"
    assert receipt.turn.facts["status"] == "retired"


@pytest.fixture
def logged() -> Iterator[io.StringIO]:
    """Everything the process logs, as it is written."""
    root = logging.getLogger()
    handlers, level, stream = list(root.handlers), root.level, io.StringIO()
    log.setup("DEBUG", "json", stream)
    yield stream
    root.handlers[:] = handlers
    root.setLevel(level)


async def test_a_code_is_shown_in_the_terminal_and_no_number_is_stored_or_logged(
    office: Office, logged: io.StringIO
) -> None:
    running = office.open()
    person = running.people[0]
    for text in ("查余额", "同意", person.name, person.number):
        receipt = await office.say(running, text)
    await running.runtime.drain()
    codes = re.findall(r"验证码 (\d{6})", "\n".join(office.shown))
    assert codes, (words(receipt), office.shown)
    receipt = await office.say(running, codes[-1])
    await running.close()
    assert receipt.turn is not None
    assert receipt.turn.intent in {"balance", "identity"}
    stored = b"".join(path.read_bytes() for path in office.database.parent.iterdir())
    assert receipt.thread_id in logged.getvalue()
    for secret in (person.number, person.phone, codes[-1]):
        assert secret.encode() not in stored
        assert secret not in logged.getvalue()
    assert person.name not in logged.getvalue()


async def test_a_key_file_is_made_once_and_missed_when_members_are_locked_with_it(office: Office) -> None:
    key = office.database.parent / "own.key"
    office.environment["YIBAO_SECRET_KEY_FILE"] = str(key)
    await office.open().close()
    key.rename(key.with_suffix(".away"))
    with pytest.raises(KeyFileMissing):
        office.open()


async def test_asking_for_a_person_puts_the_thread_into_the_queue(office: Office) -> None:
    running = office.open()
    receipt = await office.say(running, "转人工")
    thread = running.store.run_sync(lambda tx: tx.thread(receipt.thread_id))
    waiting = running.store.run_sync(lambda tx: tx.cases(waiting_only=True))
    await running.close()
    assert thread is not None
    assert thread.owner == "queue"
    assert [case.id for case in waiting] == [thread.case_id]


async def test_a_new_value_is_a_new_rulebook_without_a_restart(office: Office) -> None:
    running = office.open()
    before = running.runtime.rulebooks.current.version
    row = ParameterRow("henan-employee", "average_wage", "45403.00", "2015-01-01", "2015-12-31", "公报", "t", utc_now())
    running.store.run_sync(lambda tx: tx.put_parameter(row))
    running.runtime.rulebooks._looked_at = 0
    after = (await running.runtime.rulebooks.refresh()).version
    await running.close()
    assert before != after
    assert parameter_of(row).holds(parameter_of(row).since)  # type: ignore[arg-type]


async def test_a_sample_database_and_a_real_one_are_never_taken_for_each_other(office: Office) -> None:
    await office.open(demo=True).close()
    with pytest.raises(WrongKindError, match="示例数据库"):
        office.open(demo=False)


async def test_a_real_database_holds_nothing_of_the_sample_and_refuses_it(office: Office) -> None:
    running = office.open(demo=False)
    assert running.people == []
    held = running.store.run_sync(lambda tx: (tx.parameters(), tx.all_staff(), tx.meta(sample.MARK)))
    assert held == ([], [], "no")
    receipt = await office.say(running, "我是省直在职职工,在三级医院第一次住院,花了35600元,没有自费和乙类")
    assert "示例" not in words(receipt).replace("示例医保中心", "")
    await running.close()
    with pytest.raises(WrongKindError, match="正式数据库"):
        office.open(demo=True)


async def test_the_sample_wage_is_called_a_sample(office: Office) -> None:
    running = office.open()
    wages = running.store.run_sync(lambda tx: tx.parameters())
    await running.close()
    assert [(row.value, row.source) for row in wages] == [("60000.00", "示例")]
