"""`yibao parameters set/list`: the office's dated values that no document publishes, each with its source."""

from __future__ import annotations

import argparse
import getpass
import json
from dataclasses import replace
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from bot.cli.errors import UsageError
from bot.cli.office import add_database, in_database
from bot.clock import utc_now
from bot.storage.port import ParameterRow, Tx

AMOUNTS = {
    "average_wage": "上年度平均工资,元/年",
    "base_deductible": "公布的起付标准,元",
    "base_cap": "公布的最高限额,元",
}
FRACTIONS = {"referral_extra_points": "转外就医多付的比例,如 0.05", "deposit_rate": "个人账户的存款年利率,如 0.0035"}
YEARLY = {"average_wage"}


def add_parser(sub: Any) -> None:
    """Add the command to the command line."""
    parser: argparse.ArgumentParser = sub.add_parser("parameters", help="本单位的年度数值(平均工资等)")
    acts = parser.add_subparsers(dest="act", metavar="做什么", required=True)
    known = ";".join(f"{name}:{about}" for name, about in {**AMOUNTS, **FRACTIONS}.items())
    put = acts.add_parser("set", help="写入或改一个数值", description=f"数值:{known}")
    put.add_argument("name", choices=[*AMOUNTS, *FRACTIONS], metavar="NAME", help="、".join([*AMOUNTS, *FRACTIONS]))
    put.add_argument("value", metavar="VALUE", help="金额写元,如 60000.00;比例写小数,如 0.05")
    put.add_argument("--scheme", default="henan-employee", help="参保方案(默认 henan-employee)")
    put.add_argument("--year", help="哪一年的数值,如 2015(平均工资:那一年的工资,供下一年用)")
    put.add_argument("--since", help="从哪天起用,如 2015-01-01(与 --year 二选一)")
    put.add_argument("--until", help="用到哪天")
    put.add_argument("--source", required=True, help="出处,如:河南省统计局 2016 年公报")
    put.add_argument("--by", default=None, help="谁写入(默认当前系统用户)")
    add_database(put)
    show = acts.add_parser("list", help="列出全部数值")
    show.add_argument("--json", action="store_true", help="输出 JSON")
    add_database(show)


def run(args: argparse.Namespace) -> int:
    """Set or list."""
    if args.act == "set":
        row = _row(args)
        in_database(args, lambda tx: _put(tx, row))
        print(f"已写入:{_line(row)}。运行中的服务在一两秒内改用新值。")
        return 0
    rows = in_database(args, lambda tx: tx.parameters())
    if args.json:
        print(json.dumps([_json(row) for row in rows], ensure_ascii=False))
    else:
        print("\n".join(map(_line, rows)) or "还没有数值。用 yibao parameters set 写入。")
    return 0


def _put(tx: Tx, row: ParameterRow) -> None:
    tx.put_parameter(row)
    tx.note_audit(row.set_by, "parameter.set", f"{row.scheme}/{row.name}/{row.since}", _json(row), row.set_at)


def _row(args: argparse.Namespace) -> ParameterRow:
    """The value as it is stored.

    Raises:
        UsageError: an amount, a date or a scheme that makes no sense.
    """
    from estimator import load_schemes  # noqa: PLC0415  (only `set` needs them)

    schemes, _ = load_schemes()
    if args.scheme not in schemes:
        raise UsageError(f"没有参保方案 {args.scheme!r},可用:{'、'.join(schemes)}")
    since, until = _period(args)
    if not args.source.strip():
        raise UsageError("--source 不能为空,请写出处")
    by = args.by or getpass.getuser()
    value = _value(args.name, args.value)
    return ParameterRow(args.scheme, args.name, value, since, until, args.source.strip(), by, utc_now())


def _value(name: str, raw: str) -> str:
    try:
        number = Decimal(raw.replace(",", ""))
    except InvalidOperation:
        number = Decimal(-1)
    if name in FRACTIONS:
        if not 0 <= number < 1:
            raise UsageError(f"{raw!r} 不是比例,请写 0 到 1 之间的小数,如 0.05")
        return str(number)
    if not 0 < number < 10**9 or number != number.quantize(Decimal("0.01")):
        raise UsageError(f"{raw!r} 不是金额,请写元,最多两位小数,如 60000.00")
    return f"{number:.2f}"


def _period(args: argparse.Namespace) -> tuple[str, str | None]:
    if bool(args.year) == bool(args.since):
        raise UsageError("请写 --year 年份,或 --since 起始日期,二选一")
    if args.year:
        if args.until or not args.year.isdecimal() or not 1990 <= int(args.year) <= 2100:  # noqa: PLR2004  (years in use)
            raise UsageError("--year 要写四位年份,如 2015,且不与 --until 同用")
        used = int(args.year) + (args.name in YEARLY)
        return f"{used}-01-01", f"{used}-12-31"
    since, until = _day(args.since), _day(args.until) if args.until else None
    if until is not None and until < since:
        raise UsageError("--until 在 --since 之前")
    if until is None and args.name in YEARLY:
        until = f"{since[:4]}-12-31"
    return since, until


def _day(raw: str) -> str:
    try:
        return date.fromisoformat(raw).isoformat()
    except ValueError:
        raise UsageError(f"{raw!r} 不是日期,请写如 2015-01-01") from None


def _line(row: ParameterRow) -> str:
    period = f"{row.since} 至 {row.until or '改动为止'}" if row.since else "不限日期"
    return f"{row.scheme} {row.name} = {row.value}({period};出处:{row.source};{row.set_by} 写入)"


def _json(row: ParameterRow) -> dict[str, Any]:
    shown = replace(row)
    return {
        name: getattr(shown, name) for name in ("scheme", "name", "value", "since", "until", "source", "set_by")
    } | {"set_at": row.set_at.isoformat()}
