"""Fixtures over real servers. An absent one skips with its reason; with ``PARCOURS_REQUIRE=all`` it fails.

Each worker of a parallel run has names of its own on the servers and deletes them at the end.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from urllib.error import URLError
from urllib.request import Request, urlopen
from uuid import uuid4

import pytest
from sqlalchemy import Engine

from tests.servers import stripe_mock
from tests.servers.bring import variable
from tests.servers.databases import PostgresqlDatabases, SqliteDatabases
from tests.skipping import skip_or_fail

FreshDatabase = Callable[[], AbstractContextManager[Engine]]


@dataclass(frozen=True)
class Elasticsearch:
    address: str
    prefix: str  # of every index, alias and template that a test makes


@dataclass(frozen=True)
class Postgresql:
    url: str  # of a migrated, empty database


@pytest.hookimpl(tryfirst=True)  # before markers are selected by -m
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        for name in {"elasticsearch", "postgresql", "stripe"} & set(getattr(item, "fixturenames", ())):
            item.add_marker(name)


def _address(name: str) -> str:
    address = os.environ.get(variable(name), "")
    if not address:
        skip_or_fail(f"no {name}: set {variable(name)}, or run under scripts/servers run {name} -- COMMAND")
    return address


@pytest.fixture(scope="session")
def elasticsearch() -> Iterator[Elasticsearch]:
    """A running node and a prefix of this run; everything under the prefix is deleted at the end."""
    address = _address("elasticsearch")
    try:
        urlopen(f"{address}/_cluster/health?timeout=10s", timeout=15).close()
    except (URLError, OSError) as error:
        skip_or_fail(f"Elasticsearch does not answer at {address}: {error}")
    server = Elasticsearch(address, f"parcours-test-{uuid4().hex[:12]}-")
    yield server
    with urlopen(f"{address}/_cat/indices/{server.prefix}*?h=index&expand_wildcards=all", timeout=30) as listed:
        names = listed.read().decode().split()
    for name in names:  # one by one: a node refuses to delete by wildcard
        urlopen(Request(f"{address}/{name}", method="DELETE"), timeout=30).close()


@pytest.fixture(scope="session")
def postgresql_databases() -> Iterator[PostgresqlDatabases]:
    """Migrated databases on the server, each copied from one template."""
    address = _address("postgresql")
    databases = PostgresqlDatabases(address)
    try:
        databases.prepare()
    except OSError as error:
        skip_or_fail(f"PostgreSQL does not answer at {address}: {error}")
    with databases:
        yield databases


@pytest.fixture
def postgresql(postgresql_databases: PostgresqlDatabases) -> Iterator[Postgresql]:
    """A migrated, empty database of this test."""
    with postgresql_databases.fresh_url() as url:
        yield Postgresql(url)


@pytest.fixture(scope="session")
def sqlite_databases(tmp_path_factory: pytest.TempPathFactory) -> SqliteDatabases:
    return SqliteDatabases(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture(scope="session", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def fresh_database(request: pytest.FixtureRequest) -> FreshDatabase:
    """``with fresh_database() as engine``: migrated and empty, on each kind of database in turn."""
    databases: SqliteDatabases | PostgresqlDatabases = request.getfixturevalue(f"{request.param}_databases")
    return databases.fresh


@pytest.fixture
def database(fresh_database: FreshDatabase) -> Iterator[Engine]:
    """Migrated and empty, on each kind of database in turn."""
    with fresh_database() as engine:
        yield engine


@pytest.fixture(scope="session")
def stripe() -> str:
    """Address of Stripe's mock: it remembers nothing, so nothing has to be deleted."""
    address = _address("stripe")
    if not stripe_mock.answers(address):
        skip_or_fail(f"Stripe's mock does not answer at {address}")
    return address
