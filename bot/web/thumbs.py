"""有用 and 没用 under an answer of the bot."""

from __future__ import annotations

from aiohttp import web

from bot.desk.errors import BadAct
from bot.desk.worklist import thumb
from bot.storage.port import Tx
from bot.web.guards import answer, problem, read_json
from bot.web.site import site_of
from bot.web.visitor import thread_of, visitor_of


async def chat_thumb(request: web.Request) -> web.Response:
    """Keep a member's thumb; the same one again takes it back."""
    visitor = visitor_of(request)
    if visitor is None:
        return problem("请先打开聊天页面。", 401)
    site, body = site_of(request), await read_json(request)
    seq, up = body.get("seq"), body.get("up")
    if not isinstance(seq, int) or not isinstance(up, bool) or not site.sending.take(visitor):
        raise BadAct("没有记下来，请稍后再点。")

    def work(tx: Tx) -> str:
        return thumb(tx, thread_of(tx, visitor), seq, site.now(), up=up, office=site.office)

    return answer({"thumb": await site.running.run(work)})
