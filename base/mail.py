"""Mail leaves by SMTP, or stays as ``.eml`` files in a folder where no server is named."""

from __future__ import annotations

import os
import re
import ssl
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path
from smtplib import SMTP, SMTP_SSL
from urllib.parse import unquote, urlsplit

MAIL_JOB = "mail"  # payload: to, subject, text; for letters that are made where they are caused
_TIMEOUT_SECONDS = 30
_PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}


def to_folder(folder: Path) -> Callable[[EmailMessage], None]:
    """A file for each ``Message-ID``: the same letter again replaces itself."""

    def post(message: EmailMessage) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        name = re.sub(r"[^\w.-]+", "_", str(message["Message-ID"]).strip("<>"))
        unfinished = folder / f".{name}.{os.getpid()}"
        unfinished.write_bytes(message.as_bytes())
        unfinished.replace(folder / f"{name}.eml")

    return post


def to_server(url: str) -> Callable[[EmailMessage], None]:
    """``smtp://host:25``, ``smtp+starttls://user:password@host:587``, ``smtps://...``; else ``ValueError``."""
    parts = urlsplit(url)
    if parts.scheme not in _PORTS or not parts.hostname:
        raise ValueError(f"no address of a mail server: {url}")
    host, port = parts.hostname, parts.port or _PORTS[parts.scheme]

    def post(message: EmailMessage) -> None:
        secure = ssl.create_default_context()
        with (
            SMTP_SSL(host, port, timeout=_TIMEOUT_SECONDS, context=secure)
            if parts.scheme == "smtps"
            else SMTP(host, port, timeout=_TIMEOUT_SECONDS)
        ) as server:
            if parts.scheme == "smtp+starttls":
                server.starttls(context=secure)
            if parts.username:
                server.login(unquote(parts.username), unquote(parts.password or ""))
            server.send_message(message)

    return post
