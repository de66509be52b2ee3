"""Notices on their way: rows of the outbox, written with their cause, delivered at least once by a worker.

A letter has the same ``Message-ID`` however often it is sent, so a second delivery is seen as the first one.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime

from sqlalchemy import Engine

from base import jobs
from base.clock import Clock
from base.database import reading
from base.ids import id_text
from base.mail import MAIL_JOB
from enrollment.files import store
from enrollment.files.acts import NOTICE_JOB
from enrollment.files.events import Notice
from enrollment.files.letters import letter

KINDS = (NOTICE_JOB, MAIL_JOB)
Post = Callable[[EmailMessage], None]  # raises when it could not be given to the next hand
_log = logging.getLogger(__name__)


def deliver_next(database: Engine, post: Post, sender: str, wall: Clock, worker: str) -> bool:
    """One notice; ``False`` when none waits. What cannot be delivered is tried again later, and then kept as failed."""

    def send(job: jobs.Job) -> None:
        message = _plain(job, sender, wall()) if job.kind == MAIL_JOB else _message(database, job, sender)
        if message is not None:
            post(message)

    def failed(job: jobs.Job, problem: Exception) -> None:  # a server that is away, a letter it refuses
        _log.warning("Un avis n'est pas parti (tentative %d) : %s", job.attempts, problem)

    return jobs.do_next(database, worker, wall, send, kinds=KINDS, failed=failed)


def _plain(job: jobs.Job, sender: str, now: datetime) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, job.payload["to"], job.payload["subject"]
    message["Date"] = format_datetime(now)
    message["Message-ID"] = f"<mail.{job.id}@{sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(job.payload["text"])
    return message


def _message(database: Engine, job: jobs.Job, sender: str) -> EmailMessage | None:
    number, version = int(job.payload["file"]), int(job.payload["number"])
    notice = next(each for each in Notice if each.value == job.payload["notice"])
    limit = job.payload.get("limit")
    with reading(database) as conn:
        file = store.read(conn, number)
        happened = store.happened(conn, number, version)
    made = letter(notice, file, happened, None if limit is None else datetime.fromisoformat(limit))
    if made is None:
        return None
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, made.to, made.subject
    message["Date"] = format_datetime(happened.noted_at)
    message["Message-ID"] = f"<{id_text(number)}.{version}.{notice.value}@{sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(made.text)
    return message
