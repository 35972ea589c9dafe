"""The `yibao` command: finds the subcommand, loads only its module, and turns every error into one line with a remedy.

Exit status: 0 done, 1 failed, 2 wrong usage, 130 interrupted.
"""

from __future__ import annotations

import argparse
import logging
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import NoReturn

from bot.cli.errors import UsageError

COMMANDS = {
    "serve": ("bot.cli.serve", "启动:网页、工作台和已配置的渠道"),
    "chat": ("bot.cli.chat", "在终端和机器人对话"),
    "ask": ("bot.cli.ask", "问一个问题"),
    "estimate": ("bot.cli.estimate", "算一次住院自己付多少"),
    "benefit": ("bot.cli.benefit", "算个人账户划入、缴费、生育、救助、参保等"),
    "knowledge": ("bot.cli.knowledge", "检查和试用知识文件"),
    "parameters": ("bot.cli.parameters", "本单位的年度数值(平均工资等)"),
    "staff": ("bot.cli.staff", "工作人员的登录"),
    "api-keys": ("bot.cli.api_keys", "本单位系统调用接口的密钥"),
    "members": ("bot.cli.members", "导入参保人员"),
    "accounts": ("bot.cli.accounts", "导入账户收支和住院结算,核对余额"),
    "audit": ("bot.cli.audit", "核验和导出审计日志"),
    "wechat": ("bot.cli.wechat", "公众号的菜单"),
    "doctor": ("bot.cli.doctor", "检查本机和各渠道:哪些已好,还缺什么"),
    "keys": ("bot.cli.keys", "管理加密密钥"),
    "backup": ("bot.cli.backup", "备份数据库"),
    "restore": ("bot.cli.restore", "从备份恢复"),
    "db": ("bot.cli.db", "数据库升级"),
}
"""Command: its module, and what it does."""


class Parser(argparse.ArgumentParser):
    """Wrong usage is told in one line that names the help."""

    def error(self, message: str) -> NoReturn:
        """Say what is wrong and leave with status 2."""
        self.exit(2, f"{self.prog}: 用法不对:{message}。看用法:{self.prog} --help\n")


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line."""
    words = list(sys.argv[1:] if argv is None else argv)
    args = _parser(words[0] if words else "").parse_args(words)
    try:
        status: int = args.run(args)
        sys.stdout.flush()
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115  (the reader has gone)
        return 1
    except Exception as fault:  # noqa: BLE001  (a traceback helps nobody at a terminal)
        return _failed(words[0], fault)
    return status


def _parser(command: str) -> Parser:
    """The parser with the options of one command; the others are only named."""
    parser = Parser(prog="yibao", description="医保小助手", epilog="每个命令都有 --help。")
    sub = parser.add_subparsers(dest="command", metavar="命令", required=True, parser_class=Parser)
    for name, (module_name, help_line) in COMMANDS.items():
        if name == command:
            module = import_module(module_name)
            module.add_parser(sub)
            sub.choices[name].set_defaults(run=module.run)
        else:
            sub.add_parser(name, help=help_line)
    return parser


def _failed(command: str, fault: Exception) -> int:
    """One line for errors that name their remedy, and a kind for those that should not happen."""
    ours = type(fault).__module__.partition(".")[0] in {"bot", "handlers", "knowledge", "estimator"}
    if ours or isinstance(fault, OSError):
        _tell(f"yibao {command}: {fault}")
        return 2 if isinstance(fault, UsageError) or type(fault).__name__ == "SettingsError" else 1
    _tell(f"yibao {command}: 程序出错({type(fault).__name__}),设 YIBAO_LOG_LEVEL=DEBUG 再运行可看到位置")
    if os.environ.get("YIBAO_LOG_LEVEL", "").upper() == "DEBUG":
        logging.getLogger(__name__).error("failed", exc_info=fault)
    return 1


def _tell(line: str) -> None:
    sys.stderr.write(line + "\n")


if __name__ == "__main__":
    sys.exit(main())
