"""Telegram. Its library is loaded only where a bot is configured."""

import os

os.environ.setdefault("PTB_TIMEDELTA", "true")  # the library's durations as timedelta, which it will soon give anyway
