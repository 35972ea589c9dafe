"""Looks at each configured channel and says what is right and what is missing, in words an operator can act on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import urlsplit

import aiohttp

from bot.channels.build import wechat_keys, wecom_keys
from bot.channels.wechat import account as wechat
from bot.channels.wechat.server import PATH as WECHAT_PATH
from bot.channels.wecom import account as wecom
from bot.channels.wecom.server import PATH as WECOM_PATH
from bot.channels.weixin.api import WxApi, WxApiError
from bot.channels.weixin.crypto import WxCrypt, WxCryptError
from bot.settings import Settings

Mark = Literal["ok", "warn", "bad"]
_PORTS = {None, 80, 443}
_FULL_QUEUE = 100


@dataclass(frozen=True, slots=True)
class Finding:
    """One line: how it stands, which channel, and what to do."""

    mark: Mark
    about: str
    says: str


async def look(settings: Settings, *, online: bool = True) -> list[Finding]:
    """Every channel; `online` also asks the platforms."""
    found = _web(settings)
    if settings.telegram_token:
        found += await _telegram(settings, online=online)
    if settings.wechat_appid:
        found += await _wechat(settings, online=online)
    if settings.wecom_corpid:
        found += await _wecom(settings, online=online)
    if not (settings.telegram_token or settings.wechat_appid or settings.wecom_corpid):
        found.append(Finding("ok", "其他渠道", "没有配置;只有网页和终端。接入方法见 docs/channels/"))
    return found


def _web(settings: Settings) -> list[Finding]:
    found = [Finding("ok", "网页", f"监听 {settings.host}:{settings.port}")]
    if not settings.public_url:
        says = "没有填对外地址 YIBAO_PUBLIC_URL:Telegram 里查余额的人不知道该去哪里看"
        return [*found, Finding("warn", "网页", says)]
    if not settings.public_url.startswith("https://"):
        return [*found, Finding("warn", "网页", f"{settings.public_url} 不是 https,参保人的信息会明文传输")]
    if not settings.https:
        return [*found, Finding("warn", "网页", "对外是 https,但 YIBAO_HTTPS 不是 true,Cookie 没有加 Secure")]
    return [*found, Finding("ok", "网页", f"对外地址 {settings.public_url}")]


def _callback(settings: Settings, about: str, path: str) -> Finding:
    """The address an operator must enter on the platform's page; the platforms call ports 80 and 443 only."""
    if not settings.public_url:
        return Finding("bad", about, f"没有填 YIBAO_PUBLIC_URL;平台要能访问 https://您的域名{path}")
    if urlsplit(settings.public_url).port not in _PORTS:
        return Finding("bad", about, "平台只访问 80 和 443 端口,请改 YIBAO_PUBLIC_URL 或加反向代理")
    return Finding("ok", about, f"在平台填的服务器地址(URL):{settings.public_url}{path}")


def _key(about: str, aes_key: str, receiver: str) -> list[Finding]:
    try:
        WxCrypt(aes_key, receiver)
    except WxCryptError as fault:
        return [Finding("bad", about, f"{fault};请从平台的页面原样复制")]
    return [Finding("ok", about, "安全模式的密钥可用")]


async def _wechat(settings: Settings, *, online: bool) -> list[Finding]:
    about = "微信公众号"
    found = [_callback(settings, about, WECHAT_PATH)]
    if settings.wechat_aes_key:
        found += _key(about, settings.wechat_aes_key, settings.wechat_appid)
    else:
        found.append(Finding("warn", about, "明文模式:请在平台改成安全模式,并填 YIBAO_WECHAT_AES_KEY"))
    if settings.wechat_answers_only:
        says = "只在回复里作答:人工客服的话要等参保人下次来消息才送到"
        return [*found, Finding("warn", about, says)]
    if online:
        found.append(await _token(about, wechat.api_of(wechat_keys(settings))))
    return found


async def _wecom(settings: Settings, *, online: bool) -> list[Finding]:
    about = "微信客服"
    found = [_callback(settings, about, WECOM_PATH), *_key(about, settings.wecom_aes_key, settings.wecom_corpid)]
    where = {"own": "本系统工作台", "wecom": "企业微信的接待人员"}[settings.wecom_handover]
    found.append(Finding("ok", about, f"转人工交给{where}"))
    if online:
        found.append(await _token(about, wecom.api_of(wecom_keys(settings))))
    return found


async def _token(about: str, api: WxApi) -> Finding:
    """Whether the platform gives us a token: the secret is right and our address allowed."""
    try:
        await api.token()
    except WxApiError as fault:
        return Finding("bad", about, f"取 access_token 失败,{fault}")
    except (aiohttp.ClientError, TimeoutError, ValueError) as fault:
        return Finding("bad", about, f"连不上平台({type(fault).__name__}),请检查网络和代理")
    finally:
        await api.close()
    return Finding("ok", about, "密钥正确,平台给了 access_token")


async def _telegram(settings: Settings, *, online: bool) -> list[Finding]:
    about = "Telegram"
    how = "webhook" if settings.telegram_webhook else "轮询"
    found = [Finding("ok", about, f"收消息的方式:{how}")]
    if settings.telegram_webhook and not settings.public_url.startswith("https://"):
        found.append(Finding("bad", about, "webhook 要 https 的 YIBAO_PUBLIC_URL;没有就改用轮询"))
    if not online:
        return found
    told = await _ask_telegram(settings, "getMe")
    if isinstance(told, Finding):
        return [*found, told]
    found.append(Finding("ok", about, f"token 正确,机器人是 @{told.get('username')}"))
    hook = await _ask_telegram(settings, "getWebhookInfo")
    return [*found, *([hook] if isinstance(hook, Finding) else _hook(settings, hook))]


def _hook(settings: Settings, told: dict[str, Any]) -> list[Finding]:
    about, found = "Telegram", []
    if not settings.telegram_webhook and told.get("url"):
        found.append(Finding("warn", about, "平台上还登记着 webhook;启动后会取消它"))
    if told.get("last_error_message"):
        found.append(Finding("warn", about, f"平台上次回调失败:{told['last_error_message']}"))
    if int(told.get("pending_update_count") or 0) > _FULL_QUEUE:
        found.append(Finding("warn", about, f"平台积压 {told['pending_update_count']} 条消息,服务可能没有在运行"))
    return found


async def _ask_telegram(settings: Settings, method: str) -> dict[str, Any] | Finding:
    """One call without the library; a wrong token is 401, an unknown one 404."""
    about, address = "Telegram", f"{settings.telegram_url}/bot{settings.telegram_token}/{method}"
    try:
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=10), trust_env=True) as session,
            session.get(address) as response,
        ):
            told = await response.json(content_type=None)
    except (aiohttp.ClientError, TimeoutError, ValueError) as fault:
        says = f"连不上 {settings.telegram_url}({type(fault).__name__});在境内要设代理 HTTPS_PROXY"
        return Finding("bad", about, says)
    if not isinstance(told, dict) or not told.get("ok"):
        code = told.get("error_code") if isinstance(told, dict) else ""
        return Finding("bad", about, f"token 不对({code}),请向 BotFather 重新取")
    result = told.get("result")
    return result if isinstance(result, dict) else {}
