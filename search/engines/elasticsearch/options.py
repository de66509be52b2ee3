"""What an operator may choose about the cluster."""

from __future__ import annotations

import ssl
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Options:
    shards: int = (
        1  # of an index to come: one holds millions of offers; with several the draw of the day differs by shard
    )
    replicas: int = 0  # put on when a build is complete
    api_key: str = field(default="", repr=False)  # as Elasticsearch gives it: encoded, or ``id:key``
    tls: ssl.SSLContext | None = None  # whom to trust over https; the machine's authorities where it is not said
    question_seconds: float = 0.8  # a request of a question that waits longer is an error: told within a second
    rest_seconds: float = 2.0  # that a cluster which failed several times in a row is left alone by questions
    writing_seconds: float = 60.0
    patience_seconds: float = 20.0  # for work that met a full queue or a node that restarts
    connections: int = 48  # of a process at most: as many as threads that ask (40), so that none waits for another's
    poll_seconds: float = 0.5  # how often a process asks whether the index has changed
    keep_alive_minutes: int = 5  # how long a walk through pages may rest
    bulk_bytes: int = 4 << 20  # of one request: 2 to 8 MB do the same, more only holds memory
    bulk_threads: int = 2
