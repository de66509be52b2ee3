"""What an operator may choose about the cluster."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Options:
    shards: int = 1  # one holds millions of offers; with several the draw of the day differs by shard
    replicas: int = 0  # put on when a build is complete
    question_seconds: float = 2.0  # a question that waits longer is answered by an error
    writing_seconds: float = 60.0
    connections: int = 16  # of a process, kept alive
    poll_seconds: float = 0.5  # how often a process asks whether the index has changed
    keep_alive_minutes: int = 5  # how long a walk through pages may rest
    bulk_bytes: int = 4 << 20  # of one request: 2 to 8 MB do the same, more only holds memory
    bulk_threads: int = 2
