"""``python -m tests.enrollment.money --steps 1000000 [--postgresql]``: other stories of files each time.

Each step is an event of a file, and the whole ledger is proved after it.
"""

from __future__ import annotations

from argparse import ArgumentParser
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.enrollment.money.test_any_story import tell_stories
from tests.servers.bring import brought
from tests.servers.databases import PostgresqlDatabases, SqliteDatabases

STEPS = 50  # of one story


def main() -> None:
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=10_000)
    parser.add_argument("--postgresql", action="store_true", help="on a PostgreSQL server, else on SQLite")
    asked = parser.parse_args()
    with ExitStack() as stack:
        if asked.postgresql:
            databases = stack.enter_context(PostgresqlDatabases(stack.enter_context(brought("postgresql"))))
            databases.prepare()
            fresh = databases.fresh
        else:
            fresh = SqliteDatabases(Path(stack.enter_context(TemporaryDirectory()))).fresh
        tell_stories(fresh, max(asked.steps // STEPS, 1), STEPS, same=False)
    print(f"{asked.steps} steps, each proved")


if __name__ == "__main__":
    main()
