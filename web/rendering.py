"""Templates to answers, with the headers that keep a page to itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.responses import HTMLResponse

from web import french
from web.assets import Asset

# No script, no inline style, nothing from elsewhere: markup that slipped through from a feed would still do nothing.
HEADERS = {
    "Content-Security-Policy": "default-src 'self'; script-src 'none'; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    # Where someone lives is in the address of a search: no other site may learn it.
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-cache",
}


class Renderer:
    def __init__(self, assets: Mapping[str, Asset]) -> None:
        self._templates = Environment(
            loader=PackageLoader("web"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.filters.update(
            number=french.number, decimal=french.decimal, counted=french.counted, blocks=french.blocks,
            capital=french.capital, siret=french.siret,
        )  # fmt: skip
        self._templates.globals["assets"] = {name: asset.address for name, asset in assets.items()}

    def page(self, template: str, status: int = 200, **values: Any) -> HTMLResponse:
        return HTMLResponse(self._templates.get_template(template).render(**values), status, HEADERS)
