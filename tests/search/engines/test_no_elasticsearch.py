"""An address that some other web server answers: the operator is told so, whatever it answers."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from base.clock import system_clock
from base.errors import Unavailable
from search.engines.elasticsearch import ElasticsearchEngine


class Saying(SimpleHTTPRequestHandler):
    kind = "application/json"

    def guess_type(self, path: object) -> str:
        return self.kind

    def log_message(self, *_: object) -> None:
        pass


class SayingPages(Saying):
    kind = "text/html"


@pytest.fixture(params=[Saying, SayingPages])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(request.param, directory=str(tmp_path)))
    serving = Thread(target=server.serve_forever)
    serving.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    serving.join()
    server.server_close()


@pytest.mark.parametrize("knows_the_path", [True, False])
def test_another_web_server_is_named(address: str, tmp_path: Path, knows_the_path: bool) -> None:
    if knows_the_path:  # as OpenSearch does
        (tmp_path / "_nodes").mkdir()
        (tmp_path / "_nodes" / "http").write_text("{}")
    engine = ElasticsearchEngine([address], "parcours", system_clock)
    with pytest.raises(Unavailable) as told:
        engine.snapshot()
    assert told.value.code == "search-wrong-server"
    assert "un autre logiciel qu'Elasticsearch" in engine.health().detail
