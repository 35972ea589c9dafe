"""Fixtures of the fault tests: servers that may be broken."""

from collections.abc import Iterator

import pytest
from faults_cluster import PROGRAMS, Cluster, cluster


@pytest.fixture
def server() -> Iterator[Cluster]:
    """A PostgreSQL server that the test may stop and start."""
    if not PROGRAMS:
        pytest.skip("no PostgreSQL programs under /usr/lib/postgresql")
    with cluster() as one:
        yield one
