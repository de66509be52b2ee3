"""A cluster as one that others reach must be: it answers over TLS alone, and only to whom it knows."""

from __future__ import annotations

import secrets
import ssl
from base64 import b64encode
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import pbkdf2_hmac
from http.client import HTTPSConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, ClassVar
from urllib.error import URLError
from urllib.request import Request, urlopen

import orjson
import pytest
import trustme

from base.errors import InvalidParameter, Unavailable
from indexer.rebuild import rebuild
from parcours.settings import Settings
from parcours.wiring import House
from search.engines.elasticsearch import ElasticsearchEngine
from tests.indexer.catalogue import put, sources, training
from tests.parcours.prepared import DAY
from tests.servers import elasticsearch
from tests.servers.place import Absent, free_port, hand_over, run_folder
from tests.servers.running import running
from tests.skipping import skip_or_fail

pytestmark = [pytest.mark.elasticsearch, pytest.mark.slow]
ADMINISTRATOR, USER, STRANGER = "administrator", "parcours", "stranger"
PASSWORD = "sésame ouvre-toi"
KEY = "number:secret"
ENCODED = b64encode(KEY.encode()).decode()
SECURED = {
    "xpack.security.enabled": "true",
    "xpack.security.enrollment.enabled": "false",
    "xpack.security.http.ssl.enabled": "true",
    "xpack.security.http.ssl.key": "key.pem",
    "xpack.security.http.ssl.certificate": "certificate.pem",
}


@dataclass(frozen=True)
class Secured:
    port: int
    authority: Path
    certified: trustme.LeafCert
    tls: ssl.SSLContext

    @property
    def address(self) -> str:
        return f"https://127.0.0.1:{self.port}"

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        """As its administrator."""
        request = Request(self.address + path, method=method, data=None if body is None else orjson.dumps(body))
        request.add_header("authorization", basic(ADMINISTRATOR))
        request.add_header("content-type", "application/json")
        with urlopen(request, context=self.tls, timeout=30) as answer:
            return orjson.loads(answer.read())

    def ready(self) -> bool:
        try:
            return bool(self.ask("GET", "/_cluster/health?wait_for_status=yellow&timeout=1s")["status"])
        except (URLError, OSError):
            return False


def basic(user: str) -> str:
    return f"Basic {b64encode(f'{user}:{PASSWORD}'.encode()).decode()}"


def rights(name: str) -> bytes:
    """Those that docs/operations.md names, on a prefix of that name."""
    own = {"cluster": ["monitor"], "indices": [{"names": [f"{name}-*"], "privileges": ["all"]}]}
    return f"{name}: ".encode() + orjson.dumps(own) + b"\n"


def hashed(password: str) -> str:
    """As ``elasticsearch-users`` writes it, which takes a Java of its own."""
    salt, rounds = secrets.token_bytes(32), 10_000
    made = pbkdf2_hmac("sha512", password.encode(), salt, rounds, 32)
    return f"{{PBKDF2}}{rounds}${b64encode(salt).decode()}${b64encode(made).decode()}"


@pytest.fixture(scope="module")
def secured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Secured]:
    authority = trustme.CA()
    told = tmp_path_factory.mktemp("authority") / "ca.pem"
    authority.cert_pem.write_to_path(str(told))
    certified = authority.issue_cert("127.0.0.1")
    node = Secured(free_port(), told, certified, ssl.create_default_context(cafile=told))
    with run_folder("elasticsearch-secured", elasticsearch.runs()) as folder:
        try:
            launch = elasticsearch.own(node.port, folder, SECURED, heap="512m")
        except Absent as absent:
            skip_or_fail(str(absent))
        files = {
            "key.pem": certified.private_key_pem.bytes(),
            "certificate.pem": b"".join(each.bytes() for each in certified.cert_chain_pems),
            "users": "".join([f"{each}:{hashed(PASSWORD)}\n" for each in (ADMINISTRATOR, USER, STRANGER)]).encode(),
            "users_roles": f"superuser:{ADMINISTRATOR}\nparcours:{USER}\nelsewhere:{STRANGER}\n".encode(),
            "roles.yml": b"".join(rights(each) for each in ("parcours", "elsewhere")),
        }
        for name, content in files.items():
            (folder / "config" / name).write_bytes(content)
            hand_over(folder / "config" / name)
        with running("elasticsearch", launch, folder / "out.log", node.ready, 180):
            yield node


Housed = Callable[..., House]


def named(secured: Secured, user: str) -> str:
    return f"https://{user}:s%C3%A9same%20ouvre-toi@127.0.0.1:{secured.port}"


@pytest.fixture
def housed(secured: Secured, tmp_path: Path) -> Iterator[Housed]:
    def house(**given: Any) -> House:
        plain = {"elasticsearch_url": secured.address, "elasticsearch_ca_file": secured.authority}
        return House(Settings(data_dir=tmp_path, today=DAY, database_url="", engine="elasticsearch", **plain | given))

    yield house
    engine = house(elasticsearch_url=named(secured, USER)).engine
    assert isinstance(engine, ElasticsearchEngine)
    engine.delete_everything()


def test_a_name_and_a_password_with_the_rights_that_the_documentation_names_suffice(
    secured: Secured, housed: Housed
) -> None:
    house = housed(elasticsearch_url=named(secured, USER), elasticsearch_shards=2)
    for _ in range(2):
        put(house.database, training("A"))
        rebuild(house.database, house.engine, clock=house.wall)
        assert sources(house.engine) == {"source-1"}
    house.engine.verify()
    assert house.engine.health().ready
    assert not house.engine.health().detail
    assert len(house.engine.prune(0)) == 1
    found = secured.ask("GET", "/parcours-offers/_settings?filter_path=*.settings.index.number_of_shards")
    assert [each["settings"]["index"]["number_of_shards"] for each in found.values()] == ["2"]


class Door(BaseHTTPRequestHandler):
    """Lets those pass who show the key: the distribution that the tests drive makes none."""

    protocol_version = "HTTP/1.1"
    secured: ClassVar[Secured]

    def pass_on(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        headers = {name: each for name, each in self.headers.items() if name.lower() not in ("host", "authorization")}
        if self.headers.get_all("authorization") == [f"ApiKey {ENCODED}"]:
            headers["authorization"] = basic(USER)
        inner = HTTPSConnection("127.0.0.1", self.secured.port, context=self.secured.tls)
        inner.request(self.command, self.path, body, headers)
        answer = inner.getresponse()
        told = answer.read()
        self.send_response(answer.status)
        for name in ("content-type", "x-elastic-product"):
            self.send_header(name, answer.headers.get(name, ""))
        self.send_header("content-length", str(len(told)))
        self.end_headers()
        self.wfile.write(told)
        inner.close()

    do_GET = do_POST = do_PUT = do_DELETE = pass_on  # noqa: N815

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        pass


@pytest.fixture
def door(secured: Secured) -> Iterator[str]:
    """Its address; the same authority vouches for it."""
    handler = type("OwnDoor", (Door,), {"secured": secured})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads, server.block_on_close = True, False
        own = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        secured.certified.configure_cert(own)
        server.socket = own.wrap_socket(server.socket, server_side=True)
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"https://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.mark.parametrize("given", [f" {ENCODED}\n", KEY])
def test_a_key_suffices_as_it_is_given_and_in_two_parts(door: str, housed: Housed, given: str) -> None:
    house = housed(elasticsearch_url=door, elasticsearch_api_key=given)
    put(house.database, training("A"))
    rebuild(house.database, house.engine, clock=house.wall)
    assert sources(house.engine) == {"source-1"}
    with pytest.raises(Unavailable) as refused:
        housed(elasticsearch_url=door, elasticsearch_api_key="another").engine.snapshot()
    assert refused.value.code == "search-no-access"


@pytest.mark.parametrize(
    ("given", "code", "told"),
    [
        ({}, "search-no-access", "PARCOURS_ELASTICSEARCH_API_KEY"),
        ({"elasticsearch_api_key": "d3Jvbmc6a2V5"}, "search-no-access", "PARCOURS_ELASTICSEARCH_API_KEY"),
        ({"elasticsearch_ca_file": None}, "search-untrusted", "PARCOURS_ELASTICSEARCH_CA_FILE"),
    ],
)
def test_who_is_not_known_or_knows_nobody_is_told_the_way_out(
    housed: Housed, given: dict[str, Any], code: str, told: str
) -> None:
    engine = housed(**given).engine
    with pytest.raises(Unavailable) as refused:
        engine.snapshot()
    assert refused.value.code == code
    assert told in refused.value.told
    assert "PARCOURS" not in refused.value.detail
    assert told in engine.health().detail


def test_who_has_rights_on_another_prefix_is_told_so(secured: Secured, housed: Housed) -> None:
    house = housed(elasticsearch_url=named(secured, STRANGER))
    with pytest.raises(Unavailable, match="réessayez") as refused:
        rebuild(house.database, house.engine, clock=house.wall)
    assert refused.value.code == "search-no-access"


def test_a_host_that_the_certificate_does_not_name_is_not_trusted(secured: Secured, housed: Housed) -> None:
    with pytest.raises(Unavailable) as refused:
        housed(elasticsearch_url=f"https://localhost:{secured.port}", elasticsearch_api_key="x").engine.snapshot()
    assert refused.value.code == "search-untrusted"


def test_settings_that_contradict_each_other_are_told(housed: Housed, tmp_path: Path) -> None:
    (tmp_path / "no.pem").write_text("no certificate")
    for given in (
        {"elasticsearch_url": "https://a:b@127.0.0.1:1", "elasticsearch_api_key": "x"},
        {"elasticsearch_url": "http://127.0.0.1:1"},
        {"elasticsearch_ca_file": tmp_path / "no.pem"},
        {"elasticsearch_ca_file": tmp_path / "missing.pem"},
    ):
        with pytest.raises(InvalidParameter, match="PARCOURS_ELASTICSEARCH"):
            housed(**given).engine  # noqa: B018
