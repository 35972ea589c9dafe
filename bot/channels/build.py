"""Makes the channels that the settings name; the library of each is loaded only then."""

from __future__ import annotations

from bot.channels.port import Hosted
from bot.channels.wechat.account import WechatKeys
from bot.channels.wechat.server import Wechat
from bot.channels.wecom.account import WecomKeys
from bot.channels.wecom.server import Wecom
from bot.channels.weixin.crypto import WxCryptError
from bot.runtime import Runtime
from bot.settings import Settings, SettingsError


def configured(settings: Settings, running: Runtime) -> list[Hosted]:
    """All channels of an installation besides the web.

    Raises:
        SettingsError: a key that cannot be used.
    """
    made: list[Hosted] = []
    if settings.telegram_token:
        made.append(_telegram(settings, running))
    if settings.wechat_appid:
        keys = wechat_keys(settings)
        try:
            made.append(Wechat(running, keys, answers_only=settings.wechat_answers_only))
        except WxCryptError as fault:
            raise SettingsError([f"YIBAO_WECHAT_AES_KEY:{fault}"]) from None
    if settings.wecom_corpid:
        try:
            made.append(Wecom(running, wecom_keys(settings), settings.wecom_handover))
        except WxCryptError as fault:
            raise SettingsError([f"YIBAO_WECOM_AES_KEY:{fault}"]) from None
    return made


def wechat_keys(settings: Settings) -> WechatKeys:
    """The official account's keys."""
    one = settings
    return WechatKeys(one.wechat_appid, one.wechat_secret, one.wechat_token, one.wechat_aes_key, one.wechat_url)


def wecom_keys(settings: Settings) -> WecomKeys:
    """The company's keys."""
    one = settings
    return WecomKeys(one.wecom_corpid, one.wecom_secret, one.wecom_token, one.wecom_aes_key, one.wecom_url)


def _telegram(settings: Settings, running: Runtime) -> Hosted:
    from bot.channels.telegram.server import Telegram, TelegramKeys  # noqa: PLC0415  (0.2 s and 12 MB)

    webhook = settings.public_url if settings.telegram_webhook else ""
    return Telegram(
        running, TelegramKeys(settings.telegram_token, webhook, settings.telegram_secret, settings.telegram_url)
    )
