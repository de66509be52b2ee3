"""How the server reads requests: what is no HTTP is refused in our words."""

from __future__ import annotations

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from api.problems import respond
from base.errors import ParcoursError


class Unreadable(ParcoursError):
    status = 400
    code = "bad-request"
    title = "Requête incorrecte"


_UNREADABLE = Unreadable(
    "La requête ne peut pas être lue. Une adresse n'a ni espace ni lettre accentuée telle quelle : « comptabilité » "
    "s'y écrit comptabilit%C3%A9 (curl : --get --data-urlencode 'q=comptabilité')."
)


class Protocol(HttpToolsProtocol):
    def send_400_response(self, msg: str) -> None:
        """Asked before there is a request that an application could answer; the server's own is a line of text."""
        told = respond(_UNREADABLE, {"Connection": "close"})
        headers = b"".join(b"%b: %b\r\n" % header for header in told.raw_headers)
        self.transport.write(b"HTTP/1.1 400 Bad Request\r\n%b\r\n%b" % (headers, bytes(told.body)))
        self.transport.close()
