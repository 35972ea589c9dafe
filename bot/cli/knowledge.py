"""`yibao knowledge …`: the knowledge files checked, searched, tested, covered, learnt from; a regulation brought in."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from handlers.messages import SHANGHAI

if TYPE_CHECKING:
    from knowledge import Library

GOLDEN = Path(__file__).parents[2] / "tests" / "knowledge" / "golden"


def add_parser(sub: Any) -> None:
    """Add the command and what it can do to the command line."""
    parser: argparse.ArgumentParser = sub.add_parser("knowledge", help="知识文件:检查、检索、测试、对照、导入")
    add_commands(parser.add_subparsers(dest="knowledge", required=True, metavar="做什么"))


def add_commands(sub: Any) -> None:
    """Add the commands that need no database."""
    check = _command(sub, "check", "检查所有知识文件,一次报出全部问题", _check)
    check.add_argument("--quick", action="store_true", help="不查互相抢问法的条目(省十几秒)")
    check.add_argument("--strict", action="store_true", help="有提醒也算不通过")
    ask = _command(sub, "ask", "检索一个问题,列出分数", _ask)
    ask.add_argument("question", help="问题")
    ask.add_argument("--scheme", help="已知的参保方案,例如 henan-employee")
    ask.add_argument("--audience", help="谁在问:member employer pharmacy clinic hospital staff")
    ask.add_argument("--json", action="store_true", help="输出 JSON")
    test = _command(sub, "test", "问一遍标准问题,按类别和文件列出正确率", _test)
    test.add_argument("files", nargs="*", type=Path, help="标准问题文件;不写就用项目自带的")
    test.add_argument("--floor", type=float, default=0.0, help="有答案的问题至少要答对的比例,低于它就失败")
    test.add_argument("--last", type=Path, help="上次结果放在哪个文件;写了就列出和上次的不同")
    test.add_argument("--wrong", action="store_true", help="列出每个没答对的问题")
    coverage = _command(sub, "coverage", "每个文件的条款有没有条目回答", _coverage)
    coverage.add_argument("--json", action="store_true", help="输出 JSON")
    bring = _command(sub, "import", "把一份规定(.txt .docx .pdf)拆成条款", _import)
    bring.add_argument("file", type=Path, help="规定的文件")
    bring.add_argument("--doc", help="文件编号;写了就把条款存起来供检索")
    bring.add_argument("--into", type=Path, help="存到哪个目录(默认 ./data/articles)")
    bring.add_argument("--draft", action="store_true", help="按条款打出待填写的条目")
    bring.add_argument("--json", action="store_true", help="输出 JSON")
    train = _command(sub, "train", "从问法里重新学习检索的权重", _train)
    train.add_argument("--out", type=Path, help="写到哪个文件;不写就替换自带的")


def _command(sub: Any, name: str, words: str, work: Callable[[argparse.Namespace], int]) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = sub.add_parser(name, help=words, description=words)
    parser.set_defaults(work=work)
    if name != "import":
        parser.add_argument("--content", action="append", default=[], type=Path, help="叠加的知识目录,可写多次")
    return parser


def run(args: argparse.Namespace) -> int:
    """Do what was asked; 1 where it failed."""
    work: Callable[[argparse.Namespace], int] = args.work
    return work(args)


def _say(text: str) -> None:
    print(text)


def _fail(text: str) -> int:
    print(text, file=sys.stderr)
    return 1


def _library(args: argparse.Namespace) -> Library:
    """The library, with what is wrong in its files told on standard error."""
    from knowledge import load_library  # noqa: PLC0415 - a command loads what it needs

    library, faults = load_library(args.content)
    for fault in faults:
        _fail(str(fault))
    return library


def _check(args: argparse.Namespace) -> int:
    from knowledge import load_library  # noqa: PLC0415
    from knowledge.check import check  # noqa: PLC0415
    from knowledge.sources import Sources, texts_folder  # noqa: PLC0415

    library, faults = load_library(args.content)
    folder = texts_folder()
    if folder is None:
        _say("没有找到规定原文(设 YIBAO_TEXTS 指向它们的目录),答案里的数字未与原文核对")
    today = datetime.now(SHANGHAI).date()
    texts = Sources(folder) if folder else None
    found = check(library, texts, faults=faults, today=today, render=_renderer(), thieves=not args.quick)
    for finding in found:
        _say(str(finding))
    errors = sum(finding.level == "error" for finding in found)
    _say(f"{len(library.entries)} 个条目,{errors} 个错误,{len(found) - errors} 个提醒")
    return 1 if errors or (args.strict and found) else 0


def _renderer() -> Callable[[str], str]:
    """Turns an answer's template into its text, as the rulebook will."""
    from estimator import load_schemes  # noqa: PLC0415
    from handlers.wording import environment  # noqa: PLC0415
    from knowledge.office import load_office  # noqa: PLC0415

    jinja = environment()
    jinja.globals["figure"] = load_schemes()[0].figure
    office, _ = load_office()
    return lambda text: jinja.from_string(text).render(office=office)


def _ask(args: argparse.Namespace) -> int:
    from knowledge.search import Searcher  # noqa: PLC0415

    library = _library(args)
    found = Searcher.build(library).ask(args.question, scheme=args.scheme, audience=args.audience)
    if args.json:
        _say(json.dumps(asdict(found), ensure_ascii=False))
        return 0
    outcome = {"answer": "直接回答", "choices": "请对方选", "none": "没有答案"}[found.outcome]
    heard = [f"{name} {value}" for name, value in _heard(found) if value]
    _say(outcome + (f"(听出:{';'.join(heard)})" if heard else ""))
    for hit in found.hits:
        _say(f"  {hit.probability:6.1%} {hit.score:7.2f}  {hit.entry_id}  {library.entries[hit.entry_id].title}")
    return 0


def _heard(found: Any) -> list[tuple[str, str | None]]:
    return [("方案", found.scheme), ("地区", found.region), ("身份", found.audience), ("外地", found.elsewhere)]


def _test(args: argparse.Namespace) -> int:
    from knowledge.golden import changes, load_golden, play, scores  # noqa: PLC0415
    from knowledge.search import Searcher  # noqa: PLC0415

    library = _library(args)
    files = args.files or sorted(GOLDEN.glob("*.yaml"))
    missing = [path for path in files if not path.is_file()]
    if missing or not files:
        return _fail(f"没有标准问题文件{'、'.join(map(str, missing))},在命令后写上文件名")
    questions, faults = load_golden(files)
    played = play(Searcher.build(library), questions)
    if args.wrong:
        for outcome in played:
            if outcome.verdict != "right":
                hits = "、".join(hit.entry_id for hit in outcome.found.hits)
                _say(f"{outcome.verdict:8} {outcome.golden.question} 应为 {outcome.golden.expect} 得到 {hits}")
    _say("对 / 多问 / 没答 / 答错")
    results = scores(library, played)
    for score in results:
        counts = f"{score.right:4}{score.offered:5}{score.missed:5}{score.wrong:5}"
        _say(f"{score.share:6.1%} {counts}  {score.name}({score.count})")
    for change in changes(played, args.last) if args.last else ():
        _say(f"和上次不同:{change}")
    for fault in faults:
        _fail(str(fault))
    answered = next((score.share for score in results if score.name == "有答案的"), 1.0)
    return 1 if faults or answered < args.floor else 0


def _coverage(args: argparse.Namespace) -> int:
    from knowledge.coverage import coverage  # noqa: PLC0415

    library = _library(args)
    found = coverage(library)
    if args.json:
        _say(json.dumps([asdict(one) | {"share": one.share} for one in found], ensure_ascii=False))
        return 0
    for one in found:
        table = f"{one.answered}/{one.articles} 条款" if one.articles else "没有对照表"
        _say(f"{one.share:6.1%}  {table}  {one.entries} 个条目引用  {one.doc}  {one.title}")
        for row in library.coverage.get(one.doc, ()):
            if row.reason:
                _say(f"          {row.article} 没有条目:{row.reason}")
    return 0


def _import(args: argparse.Namespace) -> int:
    from knowledge.articles import save_articles  # noqa: PLC0415
    from knowledge.drafts import drafts  # noqa: PLC0415
    from knowledge.importer import ImportProblem, import_text, read_document  # noqa: PLC0415

    try:
        imported = import_text(read_document(args.file))
    except ImportProblem as wrong:
        return _fail(str(wrong))
    if args.json:
        _say(json.dumps(asdict(imported), ensure_ascii=False, default=str))
    elif args.draft:
        _say(drafts(imported, args.doc or args.file.stem))
    else:
        _say(
            f"标题:{imported.title or '(没有)'}  文号:{imported.number or '(没有)'}  施行:{imported.since or '(没有)'}"
        )
        for article in imported.articles:
            first = article.paragraphs[0][:40] if article.paragraphs else ""
            _say(f"  {article.label}  {first}")
        for row in imported.dropped:
            _say(f"  第{row.line}行去掉({row.reason}):{row.text[:40]}")
    if args.doc and not args.draft:
        path = save_articles(args.into or Path("data/articles"), args.doc, imported)
        _fail(f"{len(imported.articles)} 个条款已存到 {path}")
    return 0


def _train(args: argparse.Namespace) -> int:
    from knowledge.search.training import train  # noqa: PLC0415
    from knowledge.search.weights import SHIPPED  # noqa: PLC0415

    _, report = train(_library(args), target=args.out or SHIPPED)
    _say(
        f"{report.questions} 个留出的问法:第一条就对 {report.first:.1%},前三条里有 {report.among:.1%},"
        f"直接答对 {report.answered:.1%},答错 {report.wrong:.1%};"
        f"{report.strays} 个无答案的句子答了 {report.astray:.1%}"
    )
    return 0
