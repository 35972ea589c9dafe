"""The web chat for members and the console for staff, over aiohttp: pages, live connections, JSON."""

from bot.web.app import build_web_app
from bot.web.site import WebConfig

__all__ = ["WebConfig", "build_web_app"]
