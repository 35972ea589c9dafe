"""The office's dated values: as stored, as the estimator takes them, and the one of a sample database."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from estimator import Parameter

if TYPE_CHECKING:
    from bot.storage.port import ParameterRow

SAMPLE_WAGE = Parameter("henan-employee", "average_wage", "60000.00", None, None, "示例")
"""The average wage of a sample database; called 示例 wherever it is used."""


def parameter_of(row: ParameterRow) -> Parameter:
    """A stored value as the estimator takes it; a sample's has no dates."""
    since = date.fromisoformat(row.since) if row.since else None
    until = date.fromisoformat(row.until) if row.until else None
    return Parameter(row.scheme, row.name, row.value, since, until, row.source)


def office_parameters(*, demo: bool) -> list[Parameter]:
    """What a command line prices with: the sample's wage, or what the office's database holds, if there is one.

    Raises:
        SettingsError: the settings are wrong.
        StorageDown: a database is named and cannot be read.
    """
    if demo:
        return [SAMPLE_WAGE]
    from bot.settings import load  # noqa: PLC0415  (a command that prices facts alone starts faster without storage)

    settings = load()
    if not settings.values["database_url"] and not (settings.values["data_dir"] / "yibao.sqlite3").exists():
        return []
    from bot.storage.opening import open_store  # noqa: PLC0415

    store = open_store(settings.database(demo=False), size=1, create=False)
    try:
        return [parameter_of(row) for row in store.run_sync(lambda tx: tx.parameters())]
    finally:
        store.close_sync()
