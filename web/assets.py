"""Style sheet and icon: read once, named by their content, so that browsers keep them a year and still see changes."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b
from importlib.resources import files

from starlette.requests import Request
from starlette.responses import Response

KINDS = {".css": "text/css; charset=utf-8", ".svg": "image/svg+xml"}
YEAR = "public, max-age=31536000, immutable"
HOUR = "public, max-age=3600"


@dataclass(frozen=True, slots=True)
class Asset:
    name: str
    kind: str
    body: bytes
    version: str

    @property
    def address(self) -> str:
        return f"/static/{self.name}?v={self.version}"


def read_assets() -> dict[str, Asset]:
    found = {}
    for file in (files("web") / "static").iterdir():
        kind = KINDS.get(file.name[file.name.rfind(".") :])
        if kind:
            body = file.read_bytes()
            found[file.name] = Asset(file.name, kind, body, blake2b(body, digest_size=6).hexdigest())
    return found


def serve(asset: Asset, request: Request) -> Response:
    tag = f'"{asset.version}"'
    headers = {
        "ETag": tag,
        "Cache-Control": YEAR if request.query_params.get("v") == asset.version else HOUR,
        "X-Content-Type-Options": "nosniff",
    }
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(asset.body, media_type=asset.kind, headers=headers)
