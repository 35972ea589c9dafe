"""The table of settings: what each is called, what it may be, and what it does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any

from bot.storage.engine import parse_url


def _text(raw: str) -> str:
    return raw.strip()


def _path(raw: str) -> Path:
    return Path(raw).expanduser()


def _port(raw: str) -> int:
    return _between(raw, 0, 65535)


def _count(raw: str) -> int:
    return _between(raw, 1, 1_000_000)


def _between(raw: str, low: int, high: int) -> int:
    if not raw.strip().isdecimal() or not low <= int(raw) <= high:
        raise ValueError(f"要写 {low} 到 {high} 的整数")
    return int(raw)


def _yes_no(raw: str) -> bool:
    known = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}
    if raw.strip().lower() not in known:
        raise ValueError("要写 true 或 false")
    return known[raw.strip().lower()]


def _level(raw: str) -> str:
    if raw.strip().upper() not in {"DEBUG", "INFO", "WARNING", "ERROR"}:
        raise ValueError("要写 DEBUG、INFO、WARNING 或 ERROR")
    return raw.strip().upper()


def _log_format(raw: str) -> str:
    if raw.strip().lower() not in {"json", "text"}:
        raise ValueError("要写 json 或 text")
    return raw.strip().lower()


def _address(raw: str) -> str:
    text = raw.strip().rstrip("/")
    if text and not text.startswith(("https://", "http://")):
        raise ValueError("要写 https:// 开头的网址")
    return text


def _handover(raw: str) -> str:
    if raw.strip().lower() not in {"own", "wecom"}:
        raise ValueError("要写 own 或 wecom")
    return raw.strip().lower()


def _database(raw: str) -> str:
    if raw.strip():
        try:
            parse_url(raw.strip())
        except ValueError:
            raise ValueError("要写 sqlite:///文件 或 postgresql://用户@主机/库名") from None
    return raw.strip()


def _codes(raw: str) -> dict[str, str]:
    pairs = [part.partition("=") for part in raw.split(",") if part.strip()]
    sums = {"fund_paid", "stays", "inpatient_total", "credited", "spent"}
    if any(name.strip() not in sums for _, _, name in pairs):
        raise ValueError("要写 代码=fund_paid 这样的,用逗号分开;可用的有 " + "、".join(sorted(sums)))
    return {code.strip(): name.strip() for code, _, name in pairs}


def _networks(raw: str) -> tuple[IPv4Network | IPv6Network, ...]:
    try:
        return tuple(ip_network(part.strip(), strict=False) for part in raw.split(",") if part.strip())
    except ValueError:
        raise ValueError("要写 IP 地址或网段,逗号分隔,例如 127.0.0.1,172.16.0.0/12") from None


def _hosts(raw: str) -> frozenset[str]:
    return frozenset(part.strip() for part in raw.split(",") if part.strip())


@dataclass(frozen=True, slots=True)
class Setting:
    """One row of the table. `kind` is for people; `read` turns text into the value or says what is wrong."""

    name: str
    kind: str
    default: str
    read: Callable[[str], Any]
    chinese: str
    english: str
    secret: bool = False

    @property
    def variable(self) -> str:
        """The environment variable."""
        return f"YIBAO_{self.name.upper()}"


TABLE = (
    Setting(
        "database_url",
        "address",
        "",
        _database,
        "数据库地址;不填则用数据目录里的 SQLite",
        "Database address; empty means SQLite in the data directory",
        secret=True,
    ),
    Setting(
        "database_connections",
        "number",
        "8",
        _count,
        "每个进程的 PostgreSQL 连接数",
        "PostgreSQL connections of a process",
    ),
    Setting("host", "text", "127.0.0.1", _text, "网页监听的地址", "Address the pages listen on"),
    Setting("port", "number", "8080", _port, "网页监听的端口", "Port the pages listen on"),
    Setting("data_dir", "path", "data", _path, "数据目录:数据库、密钥、索引", "Directory of database, keys and index"),
    Setting(
        "content_dir",
        "path",
        "",
        _path,
        "单位自己的知识目录,盖在随软件的内容之上",
        "The office's own content, over the shipped one",
    ),
    Setting(
        "secret_key_file",
        "path",
        "",
        _path,
        "密钥文件;不填则是数据目录里的 secret.key",
        "Key file; empty means secret.key in the data directory",
    ),
    Setting("log_level", "level", "INFO", _level, "日志级别", "Log level"),
    Setting("log_format", "json or text", "json", _log_format, "日志格式", "Log format"),
    Setting("session_minutes", "minutes", "720", _count, "工作人员一次登录最长多少分钟", "Longest staff session"),
    Setting(
        "idle_minutes", "minutes", "30", _count, "工作人员多少分钟不操作即退出", "Staff session ends after so long idle"
    ),
    Setting(
        "lock_minutes",
        "minutes",
        "10",
        _count,
        "工作台多少分钟没人动就锁上,再输一次密码才能继续",
        "A console nobody touches is locked after",
    ),
    Setting(
        "embed_origins",
        "addresses",
        "",
        _hosts,
        "可以把聊天窗嵌进自己网页的网站,如 https://example.org,逗号分隔",
        "Sites that may frame the chat",
    ),
    Setting(
        "binding_minutes",
        "minutes",
        "30",
        _count,
        "参保人核验后多少分钟不用即失效",
        "A member's check lasts so long idle",
    ),
    Setting(
        "patience_minutes",
        "minutes",
        "5",
        _count,
        "客服多少分钟不回复,会话退回排队",
        "A silent agent's case is queued again after",
    ),
    Setting(
        "https", "true or false", "false", _yes_no, "参保人经 HTTPS 访问(Cookie 加 Secure)", "Members arrive over HTTPS"
    ),
    Setting(
        "origins",
        "hosts",
        "",
        _hosts,
        "反向代理改写 Host 时,网页的其他主机名,逗号分隔",
        "Further hosts of the pages behind a proxy",
    ),
    Setting(
        "proxies",
        "networks",
        "",
        _networks,
        "反向代理的 IP 或网段,逗号分隔;只相信它们写的 X-Forwarded-For",
        "Addresses of our proxies, whose X-Forwarded-For is believed",
    ),
    Setting("sms_url", "address", "", _text, "短信网关地址", "Address of the SMS gateway"),
    Setting("sms_token", "text", "", _text, "短信网关密钥", "Key of the SMS gateway", secret=True),
    Setting("core_url", "address", "", _text, "核心系统接口地址(1101、5206、2303)", "Address of the core system"),
    Setting("core_token", "text", "", _text, "核心系统接口密钥", "Key of the core system", secret=True),
    Setting("core_office", "text", "", _text, "在核心系统里的机构编码", "The office's code in the core system"),
    Setting("core_region", "text", "", _text, "参保地医保区划", "Region code of the insured"),
    Setting(
        "core_codes",
        "code=sum, …",
        "",
        _codes,
        "5206 的累计类别代码各是什么:fund_paid、stays、inpatient_total、credited、spent",
        "Which code of interface 5206 means which sum",
    ),
    Setting("core_minutes", "minutes", "10", _count, "核心系统的数据多少分钟内不再重查", "Core figures stay good"),
    Setting("keep_attempts_days", "days", "30", _count, "核对身份的痕迹保存多少天", "Traces of checks are kept"),
    Setting("keep_bindings_days", "days", "365", _count, "多少天不用即解除绑定", "An unused binding ends after"),
    Setting("keep_snapshots_days", "days", "30", _count, "核心系统的数据缓存多少天", "Cached core figures are kept"),
    Setting("keep_mandates_days", "days", "730", _count, "到期的授权再保存多少天", "Ended mandates are kept"),
    Setting(
        "keep_conversations_days", "days", "1095", _count, "不再有人说话的会话保存多少天", "Idle conversations are kept"
    ),
    Setting(
        "public_url",
        "address",
        "",
        _address,
        "网页对外的地址,例如 https://yb.example.cn",
        "Public address of the pages",
    ),
    Setting("telegram_token", "text", "", _text, "Telegram 机器人的 token", "Token of the Telegram bot", secret=True),
    Setting(
        "telegram_webhook",
        "true or false",
        "false",
        _yes_no,
        "Telegram 用 webhook(要填 public_url),不填则轮询",
        "Telegram calls us (needs public_url); else we poll",
    ),
    Setting(
        "telegram_secret",
        "text",
        "",
        _text,
        "webhook 的密钥,自己定",
        "Secret of the webhook, any you like",
        secret=True,
    ),
    Setting(
        "telegram_url",
        "address",
        "https://api.telegram.org",
        _address,
        "Telegram 接口的地址",
        "Address of Telegram's API",
    ),
    Setting("wechat_appid", "text", "", _text, "公众号的 AppID", "AppID of the official account"),
    Setting("wechat_secret", "text", "", _text, "公众号的 AppSecret", "AppSecret of the official account", secret=True),
    Setting("wechat_token", "text", "", _text, "公众号服务器配置的 Token", "Token of its server settings", secret=True),
    Setting(
        "wechat_aes_key",
        "text",
        "",
        _text,
        "公众号的 EncodingAESKey(安全模式);不填则明文",
        "Its EncodingAESKey for safe mode; empty means plain",
        secret=True,
    ),
    Setting(
        "wechat_answers_only",
        "true or false",
        "false",
        _yes_no,
        "公众号没有客服消息权限,只在回复里作答",
        "The account may only answer in responses",
    ),
    Setting(
        "wechat_url", "address", "https://api.weixin.qq.com", _address, "微信接口的地址", "Address of WeChat's API"
    ),
    Setting("wecom_corpid", "text", "", _text, "企业微信的企业 ID", "Corpid of the company in WeCom"),
    Setting("wecom_secret", "text", "", _text, "微信客服的 Secret", "Secret of WeCom customer service", secret=True),
    Setting("wecom_token", "text", "", _text, "微信客服回调的 Token", "Token of its callback", secret=True),
    Setting(
        "wecom_aes_key",
        "text",
        "",
        _text,
        "微信客服回调的 EncodingAESKey",
        "EncodingAESKey of its callback",
        secret=True,
    ),
    Setting(
        "wecom_handover",
        "own or wecom",
        "own",
        _handover,
        "微信客服转人工到哪里:own 本系统工作台,wecom 企业微信接待人员",
        "Where WeCom conversations are handed: our console or WeCom's people",
    ),
    Setting(
        "wecom_url", "address", "https://qyapi.weixin.qq.com", _address, "企业微信接口的地址", "Address of WeCom's API"
    ),
)

TOGETHER = (
    ("sms_url", "sms_token"),
    ("core_url", "core_token"),
    ("wechat_appid", "wechat_token"),
    ("wecom_corpid", "wecom_secret", "wecom_token", "wecom_aes_key"),
)
"""Settings that are all given, or none."""
