"""Serves a built installation on its port, from the first request to a clean end."""

from __future__ import annotations

import asyncio
import errno
import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

from bot import demo as sample
from bot.app import Installation
from bot.clock import utc_now
from bot.engine.single import Single
from bot.members.retention import Retention
from bot.privacy.jobs import look_after
from bot.storage.port import StorageError

GRACE = 5.0
"""Seconds that open requests get at the end."""


class PortTakenError(StorageError):
    """The port cannot be listened on."""


@asynccontextmanager
async def serving(installation: Installation) -> AsyncIterator[list[str]]:
    """Start; gives the lines to show, and ends everything on the way out.

    Raises:
        PortTakenError: another program listens there.
    """
    care = asyncio.create_task(_privacy(installation).run(), name="privacy")
    runner = web.AppRunner(installation.pages, access_log=None, shutdown_timeout=GRACE)
    try:
        await installation.runtime.start()
        await runner.setup()
        gc.collect()
        gc.freeze()  # the rulebook stays for good: no need to look through it again and again
        address = await _listen(runner, installation)
        await installation.pump.start()
        for channel in installation.hosted:
            await channel.start()
        yield lines(installation, address)
    finally:
        await installation.pump.stop()
        for channel in installation.hosted:
            await channel.stop()
        care.cancel()
        await asyncio.gather(care, return_exceptions=True)
        await runner.cleanup()
        await installation.close()


def _privacy(installation: Installation) -> Single:
    """Sealing and forgetting, in one worker among all."""
    vault, kept = installation.membership.vault, Retention.of(installation.settings)
    return Single(installation.store, "privacy", lambda store: look_after(store, vault, utc_now, retention=kept))


async def _listen(runner: web.AppRunner, installation: Installation) -> str:
    host, port = installation.settings.host, installation.settings.port
    site = web.TCPSite(runner, host, port, reuse_address=True)
    try:
        await site.start()
    except OSError as fault:
        taken = fault.errno == errno.EADDRINUSE
        why = "端口已被占用,请换 --port" if taken else f"不能监听({fault.strerror})"
        raise PortTakenError(f"{host}:{port} {why}") from fault
    real = runner.addresses[0][1]
    return f"http://{'127.0.0.1' if host in {'0.0.0.0', '::'} else host}:{real}"  # noqa: S104  (compared, not bound)


def lines(installation: Installation, address: str) -> list[str]:
    """What the terminal shows."""
    shown = [f"聊天页    {address}/", f"工作台    {address}/desk"]
    shown += [f"渠道      {channel.title}" for channel in installation.hosted]
    if not installation.sample:
        return [*shown, "第一位工作人员用 yibao staff add 新增;年度数值用 yibao parameters set 写入。"]
    shown += ["", "这是示例数据,不接真实渠道。平均工资 60,000.00 元为示例。", "工作台示例登录:"]
    shown += [f"  {one.login} / {one.password}  {one.name}" for one in sample.LOGINS]
    shown += ["示例参保人(验证码显示在这个终端):"]
    return shown + [f"  {one.name} {one.number}  {one.about}" for one in installation.people]
