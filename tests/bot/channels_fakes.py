"""Our own fake of the HTTP interfaces of WeChat and WeCom: each rule names the page of the protocol it comes from."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

Json = dict[str, Any]


@dataclass
class FakeWeixin:
    """api.weixin.qq.com and qyapi.weixin.qq.com in one; `faults` are answered first, one a call, by path."""

    secret: str = "s3cret"
    calls: list[tuple[str, Json]] = field(default_factory=list)
    faults: dict[str, list[int]] = field(default_factory=dict)
    tokens: int = 0
    good: set[str] = field(default_factory=set)
    sent: Counter[str] = field(default_factory=Counter)
    """Messages since the member last wrote."""
    allowed: int = 5
    ids: list[str] = field(default_factory=list)
    pages: dict[str, Json] = field(default_factory=dict)
    """Answers of `sync_msg` by cursor."""
    states: dict[str, int] = field(default_factory=dict)
    down: bool = False

    def app(self) -> web.Application:
        made = web.Application()
        made.add_routes(
            [
                web.post("/cgi-bin/stable_token", self.stable_token),
                web.get("/cgi-bin/gettoken", self.gettoken),
                web.post("/cgi-bin/message/custom/send", self.custom_send),
                web.post("/cgi-bin/menu/create", self.menu_create),
                web.post("/cgi-bin/kf/sync_msg", self.sync_msg),
                web.post("/cgi-bin/kf/send_msg", self.send_msg),
                web.post("/cgi-bin/kf/send_msg_on_event", self.send_msg_on_event),
                web.post("/cgi-bin/kf/service_state/trans", self.trans),
            ]
        )
        return made

    def bodies(self, path: str) -> list[Json]:
        return [body for called, body in self.calls if called == path]

    async def _begin(self, request: web.Request) -> tuple[Json, Json | None]:
        body = json.loads(await request.read() or b"{}")
        self.calls.append((request.path.removeprefix("/cgi-bin/"), body))
        faults = self.faults.get(request.path.removeprefix("/cgi-bin/"), [])
        if faults:
            return body, {"errcode": faults.pop(0), "errmsg": "injected"}
        # offiaccount/Getting_Started/Global_Return_Code.html: 40001 wrong token
        if "token" not in request.path and request.query.get("access_token") not in self.good:
            return body, {"errcode": 40001, "errmsg": "invalid credential"}
        return body, None

    def _give(self, *, fresh: bool) -> Json:
        if fresh or not self.good:
            self.tokens += 1
            self.good = {f"t{self.tokens}"}
        return {"access_token": next(iter(self.good)), "expires_in": 7200, "errcode": 0}

    async def stable_token(self, request: web.Request) -> web.Response:
        """getStableAccessToken.html: the same token again unless force_refresh; 40125 for a wrong secret."""
        body, fault = await self._begin(request)
        if body["secret"] != self.secret:
            fault = {"errcode": 40125, "errmsg": "invalid appsecret"}
        return web.json_response(fault or self._give(fresh=body["force_refresh"]))

    async def gettoken(self, request: web.Request) -> web.Response:
        """developer.work.weixin.qq.com/document/path/91039: the same token until it expires."""
        _, fault = await self._begin(request)
        return web.json_response(fault or self._give(fresh=False))

    async def custom_send(self, request: web.Request) -> web.Response:
        """Service_Center_messages.html: five after a message of the member (45047), 2048 bytes of text (45002)."""
        if self.down:
            return web.Response(status=502, text="bad gateway")
        body, fault = await self._begin(request)
        if fault is None and len(body["text"]["content"].encode()) > 2048:
            fault = {"errcode": 45002, "errmsg": "content size out of limit"}
        if fault is None:
            self.sent[body["touser"]] += 1
            if self.sent[body["touser"]] > self.allowed:
                fault = {"errcode": 45047, "errmsg": "out of response count limit"}
        return web.json_response(fault or {"errcode": 0, "errmsg": "ok"})

    async def menu_create(self, request: web.Request) -> web.Response:
        """Creating_Custom-Defined_Menu.html: three columns of five."""
        body, fault = await self._begin(request)
        if fault is None and len(body["button"]) > 3:
            fault = {"errcode": 40016, "errmsg": "invalid button size"}
        return web.json_response(fault or {"errcode": 0, "errmsg": "ok"})

    async def sync_msg(self, request: web.Request) -> web.Response:
        """document/path/94670: pages by cursor; has_more may stand beside an empty list."""
        body, fault = await self._begin(request)
        empty = {"next_cursor": body.get("cursor", ""), "has_more": 0, "msg_list": []}
        return web.json_response(fault or {"errcode": 0, **self.pages.get(body.get("cursor", ""), empty)})

    async def send_msg(self, request: web.Request) -> web.Response:
        """document/path/94677: msgid of 32 letters; a menu's head 1024 bytes; refused outside 0 and 1 (95018)."""
        body, fault = await self._begin(request)
        assert len(body["msgid"]) <= 32
        assert body["msgid"].replace("-", "").replace("_", "").isalnum()
        if body["msgtype"] == "msgmenu":
            assert len(body["msgmenu"]["head_content"].encode()) <= 1024
            assert all(len(one["click"]["id"].encode()) <= 128 for one in body["msgmenu"]["list"])
        if fault is None and self.states.get(body["touser"], 1) not in {0, 1}:
            fault = {"errcode": 95018, "errmsg": "send msg session status invalid"}
        if fault is None and body["msgid"] not in self.ids:
            self.ids.append(body["msgid"])
        return web.json_response(fault or {"errcode": 0, "errmsg": "ok", "msgid": body["msgid"]})

    async def send_msg_on_event(self, request: web.Request) -> web.Response:
        """document/path/95122: one message for the code of an event."""
        _, fault = await self._begin(request)
        return web.json_response(fault or {"errcode": 0, "errmsg": "ok", "msgid": "x"})

    async def trans(self, request: web.Request) -> web.Response:
        """document/path/94669: 0→1,2,3,4; 1→2,3,4; 2→3,4; 3→3,4; a code to say one more thing comes back."""
        body, fault = await self._begin(request)
        was, wanted = self.states.get(body["external_userid"], 1), body["service_state"]
        if fault is None and wanted not in {0: {1, 2, 3, 4}, 1: {2, 3, 4}, 2: {3, 4}, 3: {3, 4}, 4: set()}[was]:
            fault = {"errcode": 95013, "errmsg": "session state transition invalid"}
        if fault is None:
            self.states[body["external_userid"]] = wanted
        return web.json_response(fault or {"errcode": 0, "errmsg": "ok", "msg_code": "code1"})
