"""Connections that stay open, against a server that may close them, hang or answer in pieces."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread

import pytest
import trustme
from elastic_transport import ConnectionError as NoConnection
from elastic_transport import ConnectionTimeout, HttpHeaders, NodeConfig, TlsError

from search.engines.elasticsearch.node import KeptNode


class Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.connections, self.ended, self.let_go = 0, Event(), Event()

    @property
    def node(self) -> KeptNode:
        return KeptNode(NodeConfig("http", "127.0.0.1", self.server_port, request_timeout=5, connections_per_node=2))


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Server

    def setup(self) -> None:
        super().setup()
        self.server.connections += 1

    def finish(self) -> None:
        super().finish()
        self.request.close()
        self.server.ended.set()

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        if self.path == "/hang":
            self.server.let_go.wait(30)
            return
        self.send_response(404 if self.path == "/missing" else 200)
        self.send_header("X-Sent", f"{self.headers['x-own']} {self.headers['content-type']}")
        if self.path == "/pieces":
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            for piece in (body[:3], body[3:], b""):
                self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
                self.wfile.flush()
            return
        self.send_header("Content-Length", str(len(body) + (9 if self.path == "/short" else 0)))
        if self.path == "/last":
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)
        self.close_connection = self.path in ("/last", "/short", "/quits")

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        pass


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server()
    Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.let_go.set()
    server.shutdown()
    server.server_close()


def test_one_connection_serves_many_requests_whole_or_in_pieces(server: Server) -> None:
    node = server.node
    headers = HttpHeaders({"x-own": "mine", "content-type": "application/json"})
    for path, status in (("/", 200), ("/pieces", 200), ("/missing", 404), ("/", 200)):
        meta, body = node.perform_request("POST", path, body=b'{"a": 1}', headers=headers)
        assert (meta.status, body, meta.headers["x-sent"]) == (status, b'{"a": 1}', "mine application/json")
    large = b"x" * 3_000_000
    assert node.perform_request("POST", "/", body=large).body == large
    assert node.perform_request("POST", "/").body == b""
    assert server.connections == 1
    node.close()


@pytest.mark.parametrize("path", ["/last", "/quits"])
def test_a_connection_that_the_server_ended_is_replaced(server: Server, path: str) -> None:
    node = server.node
    for count in (1, 2):
        server.ended.clear()
        assert node.perform_request("POST", path, body=b"{}").body == b"{}"
        assert server.ended.wait(10)
        assert server.connections == count
    node.close()


def test_what_goes_wrong_has_the_names_of_the_client_and_ends_the_connection(server: Server) -> None:
    node = server.node
    with pytest.raises(ConnectionTimeout):
        node.perform_request("POST", "/hang", body=b"{}", request_timeout=0.05)
    with pytest.raises(NoConnection):
        node.perform_request("POST", "/short", body=b"{}")
    assert node.perform_request("POST", "/", body=b"{}").body == b"{}"
    assert server.connections == 3
    node.close()


def test_a_server_that_is_not_there_is_no_connection() -> None:
    server = Server()
    node = server.node
    server.server_close()
    with pytest.raises(NoConnection):
        node.perform_request("POST", "/", body=b"{}")


def test_over_tls_one_connection_serves_many_requests_of_who_is_trusted_alone() -> None:
    authority, server = trustme.CA(), Server()
    own = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("127.0.0.1").configure_cert(own)
    server.socket = own.wrap_socket(server.socket, server_side=True)
    Thread(target=server.serve_forever, daemon=True).start()

    def node(host: str, trusted: trustme.CA) -> KeptNode:
        context = ssl.create_default_context()
        trusted.configure_trust(context)
        return KeptNode(
            NodeConfig(
                "https", host, server.server_port, request_timeout=5, connections_per_node=2, ssl_context=context
            )
        )

    trusting = node("127.0.0.1", authority)
    large = b"x" * 300_000
    for body in (b"{}", large, b"{}"):
        assert trusting.perform_request("POST", "/", body=body).body == body
    assert server.connections == 1
    trusting.close()
    for host, trusted in (("127.0.0.1", trustme.CA()), ("localhost", authority)):
        with pytest.raises(TlsError) as refused:
            node(host, trusted).perform_request("POST", "/", body=b"{}")
        assert isinstance(refused.value.errors[0], ssl.SSLCertVerificationError)
    server.shutdown()
    server.server_close()
