"""Elasticsearch: the official image, or the distribution that its makers publish for integration tests."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen
from zipfile import ZipFile

from tests.servers.place import Absent, alone, cache, hand_over, maven_copy, on_disk, say
from tests.servers.running import Launch

VERSION = "9.2.0"
ARTIFACT = "org.elasticsearch.distribution.integ-test-zip:elasticsearch:{version}:zip"
OLDEST_JAVA = 21
HEAP = "1g"
READY_SECONDS = 120
NO_SETTINGS: Mapping[str, str] = {}

SETTINGS = {
    "discovery.type": "single-node",
    "xpack.security.enabled": "false",
    "cluster.routing.allocation.disk.threshold_enabled": "false",  # a full disk is not what most tests are about
    "action.destructive_requires_name": "true",
}


def address(port: int) -> str:
    return f"http://127.0.0.1:{port}"


runs = on_disk


def docker(port: int) -> Launch:
    settings = [part for key, value in SETTINGS.items() for part in ("-e", f"{key}={value}")]
    heap = f"ES_JAVA_OPTS=-Xms{HEAP} -Xmx{HEAP}"
    command = ("docker", "run", "--rm", "-p", f"127.0.0.1:{port}:9200", "-e", heap, *settings)
    return Launch((*command, f"elasticsearch:{VERSION}"))


def own(
    port: int, folder: Path, settings: Mapping[str, str] = NO_SETTINGS, version: str = VERSION, heap: str = HEAP
) -> Launch:
    """``folder`` is this run's; the program is shared by all of them."""
    home = fetch(version)
    config = folder / "config"
    shutil.copytree(home / "config", config)
    lines = {
        **SETTINGS,
        "cluster.name": f"parcours-tests-{port}",
        "network.host": "127.0.0.1",
        "http.port": str(port),
        "transport.port": "0",
        "path.data": str(folder / "data"),
        "path.logs": str(folder / "logs"),
        **settings,
    }
    (config / "elasticsearch.yml").write_text("".join(f"{key}: {value}\n" for key, value in lines.items()))
    (config / "jvm.options.d" / "heap.options").write_text(f"-Xms{heap}\n-Xmx{heap}\n")
    options = config / "jvm.options"  # of 8.x: its logs would go into the program's own folder
    options.write_text(options.read_text().replace("logs/", f"{folder}/"))
    (folder / "tmp").mkdir()
    for path in (*config.rglob("*"), config, folder / "tmp"):
        hand_over(path)  # the node keeps a keystore in its configuration
    java = str(find_java())
    environment = {"ES_JAVA_HOME": java, "ES_PATH_CONF": str(config), "ES_TMPDIR": str(folder / "tmp")}
    return Launch((str(home / "bin" / "elasticsearch"),), environment, unprivileged=True)


def ready(port: int) -> bool:
    try:
        with urlopen(f"{address(port)}/_cluster/health?wait_for_status=yellow&timeout=1s", timeout=5) as answer:
            return bool(answer.status == 200)
    except (URLError, OSError):
        return False


def fetch(version: str = VERSION) -> Path:
    """The unpacked program, fetched once."""
    find_java()
    home = cache() / f"elasticsearch-{version}"
    with alone("elasticsearch"):
        if not home.exists():
            with tempfile.TemporaryDirectory(dir=cache()) as temporary:
                archive = maven_copy(ARTIFACT.format(version=version), Path(temporary))
                with ZipFile(archive) as zipped:
                    zipped.extractall(temporary)
                unpacked = Path(temporary) / home.name
                for program in (unpacked / "bin").iterdir():
                    program.chmod(0o755)
                unpacked.chmod(0o755)
                unpacked.rename(home)
            say(f"Elasticsearch {version} is in {home}")
    return home


def find_java() -> Path:
    """Home of the newest Java that Elasticsearch runs on."""
    given = [Path(os.environ[name]) for name in ("ES_JAVA_HOME", "JAVA_HOME") if os.environ.get(name)]
    program = shutil.which("java")
    on_path = [Path(program).resolve().parent.parent] if program else []
    homes = [*given, *sorted(Path("/usr/lib/jvm").glob("*")), *on_path]
    versions = {home: version for home in homes if (version := _java_version(home)) >= OLDEST_JAVA}
    if not versions:
        raise Absent(f"Elasticsearch {VERSION} needs Java {OLDEST_JAVA} or later: set ES_JAVA_HOME")
    return max(versions, key=lambda home: versions[home])


def _java_version(home: Path) -> int:
    try:
        said = subprocess.run([str(home / "bin" / "java"), "-version"], capture_output=True, text=True).stderr
    except OSError:
        return 0
    found = re.search(r'version "(\d+)', said)
    return int(found[1]) if found else 0
