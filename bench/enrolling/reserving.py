"""Requests of learners, then proposals that take the seats: by the counter in this process, and over HTTP.

What is answered is checked before a figure is told: every request is stored once, every seat is sold once, and a key
that comes again gets the first answer.
"""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import orjson
import psutil
from sqlalchemy import func, select

from api.enrollment import ADDRESS, acting, asking
from api.posting import Sent, answered
from base.database import reading
from base.ids import id_text
from base.jobs import JOB
from bench.databases import server_cpu_s, server_process
from bench.enrolling.market import Market, environment
from bench.http import free_loopback_port, wait_until_ready
from enrollment.files.tables import EVENT, FILE, SEAT_HOLD
from enrollment.money.check import prove
from indexer.rebuild import rebuild

WARM = 200  # of each kind, not counted
FULL = 409

Ask = Callable[[Sent], Awaitable[tuple[int, bytes]]]


@dataclass(slots=True)
class Timed:
    label: str
    wall_ms: list[float] = field(default_factory=list)
    answers: list[tuple[int, bytes]] = field(default_factory=list)
    seconds: float = 0.0
    cpu_s: float = 0.0
    server_s: float = 0.0


def measure(market: Market, concurrency: int, seats: int, *, http: bool) -> list[Timed]:
    how = "over HTTP" if http else "in process"
    asked = [request_of(market, number) for number in range(len(market.wishes))]
    with _door(market, http=http) as (door, process_cpu):

        def run(label: str, sent: Sequence[Sent]) -> Timed:
            return _timed(market, label, door, sent, concurrency, process_cpu)

        first = run("", asked[:WARM])
        requests = run(f"requests, {how}", asked[WARM:])
        made = [*first.answers, *requests.answers]
        again = run("", asked[:WARM])
        assert [body for _, body in again.answers] == [body for _, body in first.answers], "another answer to a repeat"
        assert {status for status, _ in made} == {201}, {status for status, _ in made}
        proposals = [_proposal(market, orjson.loads(body)["id"]) for _, body in made]
        first = run("", proposals[:WARM])
        taken = run(f"proposals, {how}", proposals[WARM:])
    _check(market, [*first.answers, *taken.answers], seats)
    return [requests, taken]


def request_of(market: Market, number: int) -> Sent:
    wish = market.wishes[number]
    body = {
        "offer": wish.offer,
        "session": id_text(wish.session),
        "name": "Titulaire synthétique",
        "email": "titulaire@exemple.test",
        "statuses": ["jobseeker"],
    }
    return Sent("POST", ADDRESS, orjson.dumps(body), wish.key, f"request-{number}")


def _proposal(market: Market, file: str) -> Sent:
    return Sent("POST", f"{ADDRESS}/{file}/events/propose", b"{}", market.organisation, f"proposal-{file}")


def _timed(
    market: Market, label: str, door: Ask, sent: Sequence[Sent], concurrency: int, process_cpu: Callable[[], float]
) -> Timed:
    timed = Timed(label, [0.0] * len(sent), [(0, b"")] * len(sent))
    numbered = iter(enumerate(sent))

    async def caller() -> None:
        for place, each in numbered:
            began = time.perf_counter()
            timed.answers[place] = await door(each)
            timed.wall_ms[place] = (time.perf_counter() - began) * 1000

    async def callers() -> None:
        await asyncio.gather(*(caller() for _ in range(concurrency)))

    server = server_process(market.house.database)
    began, cpu, beside = time.perf_counter(), process_cpu(), server_cpu_s(server)
    _LOOP.run(callers())
    timed.seconds = time.perf_counter() - began
    timed.cpu_s, timed.server_s = process_cpu() - cpu, server_cpu_s(server) - beside
    return timed


_LOOP = asyncio.Runner()  # one for all: connections of callers live in it


@contextmanager
def _door(market: Market, *, http: bool) -> Iterator[tuple[Ask, Callable[[], float]]]:
    if http:
        with served(market) as (port, process_cpu):
            yield over_http(port), process_cpu
        return
    services = market.house.services
    desk = services.desk
    ask_for = asking(desk, services.clock)

    async def ask(sent: Sent) -> tuple[int, bytes]:
        act = ask_for
        if sent.path != ADDRESS:
            file, _, event = sent.path.removeprefix(f"{ADDRESS}/").partition("/events/")
            act = acting(desk, services.clock, file, event)
        answer = await answered(services, sent, act)
        return answer.status, answer.body

    yield ask, time.process_time


def over_http(port: int) -> Ask:
    idle: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []

    async def ask(sent: Sent) -> tuple[int, bytes]:
        reader, writer = idle.pop() if idle else await asyncio.open_connection("127.0.0.1", port)
        head = (
            f"{sent.method} {sent.path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {sent.holder}\r\n"
            f"Idempotency-Key: {sent.key}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(sent.body)}\r\n\r\n"
        )
        writer.write(head.encode() + sent.body)
        told = (await reader.readuntil(b"\r\n\r\n")).lower()
        body = await reader.readexactly(int(told.split(b"content-length: ")[1].split(b"\r\n")[0]))
        idle.append((reader, writer))
        return int(told.split(b" ")[1]), body

    return ask


@contextmanager
def served(market: Market, *, worker: bool = False) -> Iterator[tuple[int, Callable[[], float]]]:
    house = market.house
    rebuild(house.database, house.engine, clock=house.clock)
    port = free_loopback_port()
    command = [str(Path(sys.executable).parent / "parcours"), "serve", "--port", str(port)]
    server = subprocess.Popen(
        command,
        env=environment(house, PARCOURS_WORKER="1" if worker else "0"),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_until_ready(port)
        process = psutil.Process(server.pid)
        yield port, lambda: float(sum(process.cpu_times()[:2]))
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(timeout=20)


def _check(market: Market, proposals: Sequence[tuple[int, bytes]], seats: int) -> None:
    asked = len(market.wishes)
    wanted: dict[int, int] = {}
    for wish in market.wishes:
        wanted[wish.session] = wanted.get(wish.session, 0) + 1
    sold = sum(status == 200 for status, _ in proposals)
    full = sum(status == FULL for status, _ in proposals)
    with reading(market.house.database) as conn:
        counted = [conn.scalar(select(func.count()).select_from(table)) for table in (FILE, EVENT, JOB)]
        by_session = select(SEAT_HOLD.c.session_id, func.count()).group_by(SEAT_HOLD.c.session_id)
        held = {row[0]: row[1] for row in conn.execute(by_session)}
        proof = prove(conn)
    assert counted == [asked, asked + sold, 2 * asked + sold], counted
    assert held == {session: min(count, seats) for session, count in wanted.items()}, "seats sold twice or not at all"
    assert sold + full == asked, (sold, full, asked)
    assert not proof.flaws, proof.flaws
