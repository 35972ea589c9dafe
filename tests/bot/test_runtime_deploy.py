"""What lies in `deploy/` fits the product: every metric exists, every alert is explained, images run as nobody."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import yaml

from bot.engine.inbound import Receipt
from bot.metrics import Metrics
from bot.settings_table import TABLE
from bot.storage.backlog import Backlog

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
RULES = yaml.safe_load((DEPLOY / "prometheus" / "rules.yaml").read_text("utf-8"))["groups"][0]["rules"]


def known_metrics() -> set[str]:
    metrics = Metrics()
    turn: Any = SimpleNamespace(intent="faq")
    metrics.turn(Receipt("t", duplicate=False, messages=[], turn=turn), 0.1)
    page = metrics.page(Backlog(), datetime.now(UTC), "v", 0).decode()
    return set(re.findall(r"^(\w+)[ {]", page, re.MULTILINE))


def named(text: str) -> set[str]:
    return set(re.findall(r"\byibao_\w+", text))


def test_every_metric_of_rules_and_dashboard_exists() -> None:
    known = known_metrics()
    dashboard = json.loads((DEPLOY / "grafana" / "yibao.json").read_text("utf-8"))
    asked = [target["expr"] for panel in dashboard["panels"] for target in panel["targets"]]
    asked += [rule["expr"] for rule in RULES]
    assert len(asked) > 20
    for expression in asked:
        assert named(expression) <= known, expression
    assert len({panel["id"] for panel in dashboard["panels"]}) == len(dashboard["panels"])


def test_every_alert_has_its_section_in_the_guide_and_the_other_way_round() -> None:
    guide = (ROOT / "docs" / "operations.md").read_text("utf-8")
    assert set(re.findall(r"^### (Yibao\w+)", guide, re.MULTILINE)) == {rule["alert"] for rule in RULES}
    for rule in RULES:
        assert rule["labels"]["severity"] in {"page", "ticket"}
        assert rule["annotations"]["summary"]


def test_the_image_is_locked_and_runs_as_nobody() -> None:
    lines = (DEPLOY / "Dockerfile").read_text("utf-8").splitlines()
    assert all(not re.match(r"(ADD|FROM \S+:latest|FROM [^:\s]+( AS|$))", line) for line in lines)
    text = "\n".join(lines)
    assert "--require-hashes" in text
    assert text.rindex("USER 10001") < text.index("ENTRYPOINT")
    for source in re.findall(r"^COPY (?!--from)(.+) \S+$", text, re.MULTILINE):
        for name in source.split():
            assert (ROOT / name).exists(), name


def test_the_compose_file_hides_its_secrets_and_locks_its_roots() -> None:
    compose = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))
    for name in ("worker", "keys"):
        service = compose["services"][name]
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
    assert "ports" not in compose["services"]["worker"]
    assert "ports" not in compose["services"]["postgres"]
    assert not re.search(r"PASSWORD: ", (DEPLOY / "compose.yaml").read_text("utf-8"))


def test_every_setting_that_the_files_name_exists() -> None:
    known = {setting.variable for setting in TABLE} | {"YIBAO_CONFIG"}
    for path in (DEPLOY / "Dockerfile", DEPLOY / "compose.yaml", DEPLOY / "yibao@.service"):
        assert set(re.findall(r"\bYIBAO_[A-Z_]+", path.read_text("utf-8"))) <= known


def test_the_proxy_keeps_the_inner_pages_inside() -> None:
    proxy = (DEPLOY / "nginx.conf").read_text("utf-8")
    for page in ("/metrics", "/readyz"):
        assert re.search(rf"location = {page} \{{ deny all; \}}", proxy)
    assert proxy.count("{") == proxy.count("}")
    assert "proxy_add_x_forwarded_for" not in proxy


def test_every_threat_names_tests_that_exist() -> None:
    rows = re.findall(r"^\| .+ \|$", (ROOT / "docs" / "threats.md").read_text("utf-8"), re.MULTILINE)[2:]
    assert len(rows) > 20
    for row in rows:
        shown = re.findall(r"`([\w/]+\.py):(test_\w+)`", row)
        assert shown, row
        for file, name in shown:
            assert f"def {name}(" in (ROOT / "tests" / file).read_text("utf-8"), (file, name)
