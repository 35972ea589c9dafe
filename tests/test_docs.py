"""The docs cannot lie: the README's commands are run, the settings table is the one the program reads."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from bot.cli.main import COMMANDS
from bot.settings import markdown

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```console\n\$ (.+?)\n(.*?)```", README, re.DOTALL)


@pytest.mark.slow
@pytest.mark.parametrize(("command", "printed"), EXAMPLES, ids=[command[:40] for command, _ in EXAMPLES])
def test_the_readme_shows_what_the_command_prints(command: str, printed: str, tmp_path: Path):
    words = shlex.split(command)
    assert words[0] == ".venv/bin/yibao"
    done = subprocess.run(
        [sys.executable, "-c", "from bot.cli.main import main; raise SystemExit(main())", *words[1:]],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
        env={**os.environ, "YIBAO_DATA_DIR": str(tmp_path)},
    )
    assert printed.strip() in done.stdout


def test_the_readme_has_its_examples():
    assert len(EXAMPLES) >= 2


def test_every_setting_of_the_table_stands_in_the_docs():
    assert markdown().strip() in (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("target", sorted(set(re.findall(r"\]\(([^)#]+)\)", README))))
def test_links_and_pictures_of_the_readme_exist(target: str):
    assert (ROOT / target).exists()


@pytest.mark.parametrize("path", sorted(set(re.findall(r"`((?:bot|handlers|knowledge|estimator)/[^`<* ]+)`", README))))
def test_files_named_in_the_readme_exist(path: str):
    assert (ROOT / path).exists()


@pytest.mark.parametrize("command", sorted(set(re.findall(r"yibao ([a-z]+)", README))))
def test_commands_named_in_the_readme_exist(command: str):
    assert command in COMMANDS
