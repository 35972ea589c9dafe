"""WeChat in safe mode over loopback: message in to reply out, beside a bare aiohttp echo and WeRoBot's own echo.

Each server is a process of its own; the messages are encrypted beforehand, so that the load is the server's.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import aiohttp

from bot.channels.weixin import xml
from bot.channels.weixin.crypto import WxCrypt, seal, signature

Row = tuple[str, str, str, str]
TOKEN, APPID, KEY = "bench", "wx0123456789abcdef", "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
QUESTIONS = ("住院起付线是多少", "门诊能报销吗", "个人账户里的钱怎么用", "异地就医怎么办理", "转院要什么手续")
OPENIDS = 400
RATE, SECONDS, AT_ONCE, MANY = 100.0, 10.0, 32, 1000
GOAL = "p99 500 ms"

ECHO = """
import sys
from aiohttp import web
async def echo(request):
    return web.Response(body=await request.read())
app = web.Application()
app.router.add_post("/channels/wechat", echo)
web.run_app(app, host="127.0.0.1", port=int(sys.argv[1]), print=None, access_log=None)
"""
PEER = """
import sys, warnings
warnings.simplefilter("ignore")
import werobot
from werobot.contrib.bottle import make_view
from bottle import Bottle, run
from wsgiref.simple_server import WSGIRequestHandler
class Handler(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"
    def log_message(self, *_):
        pass
robot = werobot.WeRoBot(token=sys.argv[2], encoding_aes_key=sys.argv[4], app_id=sys.argv[3], enable_session=False)
robot.add_handler(lambda message: message.content, type="text")
app = Bottle()
app.route("/channels/wechat", ["GET", "POST"], make_view(robot))
run(app, host="127.0.0.1", port=int(sys.argv[1]), quiet=True, handler_class=Handler)
"""


def rows() -> Iterator[Row]:
    """All measurements, one server after the other."""
    with tempfile.TemporaryDirectory() as folder:
        yield from _measured("yibao, whole turn with storage", _ours(Path(folder)), GOAL)
        yield from _measured("bare aiohttp echo", [sys.executable, "-c", ECHO], "")
        yield from _measured("WeRoBot echo (wsgiref)", [sys.executable, "-W", "ignore", "-c", PEER], "")


def _ours(folder: Path) -> list[str]:
    serve = [sys.executable, "-m", "bot.cli.main", "serve", "--port"]
    os.environ |= {
        "YIBAO_DATA_DIR": str(folder),
        "YIBAO_LOG_LEVEL": "ERROR",
        "YIBAO_WECHAT_APPID": APPID,
        "YIBAO_WECHAT_TOKEN": TOKEN,
        "YIBAO_WECHAT_AES_KEY": KEY,
        "YIBAO_WECHAT_ANSWERS_ONLY": "true",
    }
    return serve


@contextlib.contextmanager
def _server(command: list[str], port: int) -> Iterator[tuple[str, int]]:
    words = [*command, str(port)] + ([] if "serve" in command else [TOKEN, APPID, KEY])
    with subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            yield f"http://127.0.0.1:{port}/channels/wechat", server.pid
        finally:
            server.terminate()
            server.wait(20)


def _measured(name: str, command: list[str], goal: str) -> Iterator[Row]:
    with _server(command, _free_port()) as (address, pid):
        steady, most, spent = asyncio.run(_load(address, pid))
    cuts = [1000 * cut for cut in statistics.quantiles(steady, n=100)]
    yield (
        f"WeChat safe mode, {RATE:.0f} messages/s, {name}: p50 / p99",
        f"{cuts[49]:.1f} / {cuts[98]:.1f} ms",
        goal,
        "",
    )
    yield f"the same, {AT_ONCE} at once", f"{most:.0f} messages/s ({1000 * spent:.1f} ms of CPU each)", "", ""


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


def _messages() -> Iterator[tuple[dict[str, str], bytes]]:
    """Signed and encrypted messages without end: many people, a new id each time."""
    crypt, number = WxCrypt(KEY, APPID), 0
    while True:
        number += 1
        plain = xml.write(
            ToUserName="gh_1",
            FromUserName=f"o{number % OPENIDS}",
            CreateTime=int(time.time()),
            MsgType="text",
            Content=QUESTIONS[number % len(QUESTIONS)],
            MsgId=time.time_ns(),
        )
        stamp = str(int(time.time()))
        sealed = seal(crypt, TOKEN, plain, stamp)
        fields = xml.read(sealed)
        query = {"timestamp": stamp, "nonce": fields["Nonce"], "signature": signature(TOKEN, stamp, fields["Nonce"])}
        yield {**query, "encrypt_type": "aes", "msg_signature": fields["MsgSignature"]}, sealed


def _cpu(pid: int) -> float:
    """Seconds of CPU a process has used."""
    spent = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()
    return (int(spent[11]) + int(spent[12])) / os.sysconf("SC_CLK_TCK")


async def _load(address: str, pid: int) -> tuple[list[float], float, float]:
    messages = _messages()
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as http:
        await _ready(http, address)
        for _ in range(20):
            await _one(http, address, *next(messages))
        steady = await _steady(http, address, messages)
        before = _cpu(pid)
        most = await _most(http, address, messages)
        return steady, most, (_cpu(pid) - before) / MANY


async def _ready(http: aiohttp.ClientSession, address: str) -> None:
    for _ in range(300):
        try:
            async with http.get(address):
                return
        except aiohttp.ClientError:
            await asyncio.sleep(0.1)
    raise TimeoutError(address)


async def _one(http: aiohttp.ClientSession, address: str, query: dict[str, str], body: bytes) -> float:
    began = time.perf_counter()
    async with http.post(address, params=query, data=body) as response:
        text = await response.read()
        assert response.status == 200, (response.status, text[:200])
        assert b"Encrypt" in text or text == b"success", text[:200]  # success: too late, it follows by another way
    return time.perf_counter() - began


async def _steady(
    http: aiohttp.ClientSession, address: str, messages: Iterator[tuple[dict[str, str], bytes]]
) -> list[float]:
    """A message every hundredth of a second, whether or not the last one is answered."""
    tasks, began = [], time.perf_counter()
    for number in range(int(RATE * SECONDS)):
        await asyncio.sleep(max(0.0, began + number / RATE - time.perf_counter()))
        tasks.append(asyncio.create_task(_one(http, address, *next(messages))))
    return list(await asyncio.gather(*tasks))


async def _most(http: aiohttp.ClientSession, address: str, messages: Iterator[tuple[dict[str, str], bytes]]) -> float:
    """As many as go through with `AT_ONCE` senders that wait for their answer."""
    ready = [next(messages) for _ in range(MANY)]
    began = time.perf_counter()

    async def send() -> None:
        while ready:
            await _one(http, address, *ready.pop())

    await asyncio.gather(*(send() for _ in range(AT_ONCE)))
    return MANY / (time.perf_counter() - began)
