"""What every platform does with what comes in: not too fast, what is owed first, then the turn."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.channels.owed import offer_again
from bot.engine.inbound import Inbound, Receipt, tidy
from bot.engine.speech import say
from bot.privacy.tokens import clean
from bot.runtime import Runtime
from bot.storage.port import InboxRow, MessageRow, Tx, new_id
from bot.web.limits import Bucket

TOO_FAST = "您发得太快了,这几条没有看到。请过一分钟,把最要紧的一句再发一次。"
NO_PICTURE = "我看不了图片和文件。请把要问的打成字发给我,或回复“转人工”。\n身份证、银行卡的照片请不要发在这里。"
NO_PLACE = "位置没有保存。要问就近怎么办,请打字说是哪个区、办什么事。"
NO_VOICE = "这段语音没有听清。请打字,或再说一遍。"


@dataclass(slots=True)
class Intake:
    """The entrance of one channel account."""

    running: Runtime
    pace: Bucket = field(default_factory=lambda: Bucket(per_second=0.5, burst=20))
    """Of one sender."""
    notices: Bucket = field(default_factory=lambda: Bucket(per_second=1 / 60, burst=1))
    """How often a sender is told to slow down."""

    def allows(self, sender: str) -> bool:
        """Whether one more message of a sender is looked at now."""
        return self.pace.take(sender)

    def warns(self, sender: str) -> bool:
        """Whether a sender who is too fast is told so now, or simply not heard."""
        return self.notices.take(sender)

    async def take(self, inbound: Inbound) -> Receipt:
        """Put what is owed before the answer, then run the turn; returns after the commit."""
        now = self.running.clock()

        def owed(tx: Tx) -> int:
            if tx.inbox(*inbound.key) is not None:
                return 0
            thread = tx.thread_for(inbound.channel, inbound.account, inbound.chat, inbound.person)
            return offer_again(tx, thread.id, now)

        await self.running.run(owed)
        return await self.running.receive(inbound)

    async def aside(self, inbound: Inbound, heard: str, answer: str) -> Receipt:
        """Write down what came and answer it with a fixed sentence, without a turn of the conversation.

        Args:
            inbound: the update; its text is not looked at.
            heard: the member's line of the transcript; empty where nothing is kept (a place).
            answer: what the bot says; nothing where it is empty, or while a person holds the thread.
        """
        return await self.running.run(lambda tx: self.write_aside(tx, inbound, heard, answer))

    def write_aside(self, tx: Tx, inbound: Inbound, heard: str, answer: str) -> Receipt:
        """The same within a transaction at hand."""
        now = self.running.clock()
        thread = tx.thread_for(inbound.channel, inbound.account, inbound.chat, inbound.person)
        row = InboxRow(new_id(), *inbound.key, thread.id, {}, now, done_at=now)
        if not tx.add_inbox(row):
            before = tx.inbox(*inbound.key)
            return Receipt(thread.id, duplicate=True, messages=tx.replies_to(before.id) if before else [])
        if heard:
            words = clean(tidy(heard), awaiting_code=False).text
            say(tx, thread, MessageRow(new_id(), thread.id, 0, "member", words, now, inbox_id=row.id))
        if thread.owner == "agent" or not answer:
            return Receipt(thread.id, duplicate=False, messages=[], silent=thread.owner == "agent")
        meta = {"intent": "clarify"}
        line = MessageRow(new_id(), thread.id, 0, "bot", answer, now, meta=meta, inbox_id=row.id)
        return Receipt(thread.id, duplicate=False, messages=[say(tx, thread, line)])
