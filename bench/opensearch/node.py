"""The node: fetched once, a child of this process, gone with it."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from tests.servers.elasticsearch import find_java
from tests.servers.place import alone, cache, free_port, hand_over, maven_dependencies, on_disk, run_folder, say
from tests.servers.running import Launch, running

VERSION = "3.8.0"
ADDRESS = "PARCOURS_BENCH_OPENSEARCH"  # given in the environment: that node is used
HERE = Path(__file__).parent
READY_SECONDS = 120
PORTS = (9230, 9299)  # the runner looks no further


@contextmanager
def opensearch(heap: str = "2g", cores: str = "") -> Iterator[str]:
    """Address of a node with so much heap, on the cores of a list that ``taskset`` reads ("" = on all)."""
    if given := os.environ.get(ADDRESS):
        say(f"opensearch: given, {given}")
        yield given
        return
    with run_folder("opensearch", on_disk()) as folder, node(folder, heap, cores) as (address, pid):
        say(f"opensearch: {address} (process {pid})")
        yield address


@contextmanager
def node(folder: Path, heap: str, cores: str = "") -> Iterator[tuple[str, int]]:
    """Address and process of a node that keeps what it holds in ``folder``, from one run to the next."""
    programs, port = fetch(), free_port(*PORTS)
    address = f"http://127.0.0.1:{port}"
    source = shutil.copy(HERE / "Node.java", folder)  # a checkout may be closed to the node's user
    (folder / "node").mkdir(exist_ok=True)
    hand_over(folder / "node")
    pinned = ("taskset", "-c", cores) if cores else ()
    options = (
        f"-Xms{heap}",
        f"-Xmx{heap}",
        "--enable-native-access=ALL-UNNAMED",
        "--add-modules=jdk.incubator.vector",
    )
    java = str(find_java() / "bin" / "java")
    command = (*pinned, java, *options, "-cp", f"{programs}/*", source, str(folder / "node"), str(port))
    say("opensearch: starting ...")
    launch = Launch(command, unprivileged=True)
    with running("OpenSearch", launch, folder / "out.log", lambda: ready(address), READY_SECONDS) as pid:
        yield address, pid


def ready(address: str) -> bool:
    try:
        with urlopen(f"{address}/_cluster/health?wait_for_status=yellow&timeout=1s", timeout=5) as answer:
            return bool(answer.status == 200)
    except (URLError, OSError):
        return False


def fetch() -> Path:
    """Folder of the node's jars."""
    home = cache() / f"opensearch-{VERSION}"
    with alone("opensearch"):
        if not home.exists():
            with tempfile.TemporaryDirectory(dir=cache()) as temporary:
                jars = maven_dependencies(HERE / "pom.xml", Path(temporary))
                jars.chmod(0o755)
                jars.rename(home)
    return home
