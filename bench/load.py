"""Many clients at once: processes that repeat one call for a while and time every repetition."""

import multiprocessing
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from threading import BrokenBarrierError
from typing import Any

Call = Callable[[int], None]
WARM_UP = 3  # connections, imports and plans are made once


@dataclass(frozen=True)
class Result:
    calls: int
    seconds: float
    latencies: list[float]

    @property
    def rate(self) -> float:
        return self.calls / self.seconds

    def percentile(self, share: float) -> float:
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] * 1000


def run(make: Callable[[], Call], *, clients: int, seconds: float, most: int) -> Result:
    """Let each client, a process of its own, repeat its call once it is warm; every repetition gets its own number."""
    context = multiprocessing.get_context("fork")
    barrier = context.Barrier(clients + 1)
    queue: multiprocessing.Queue[list[float] | None] = context.Queue()
    share = most // clients
    children = [
        context.Process(target=_client, args=(make, number * share, share, seconds, barrier, queue))
        for number in range(clients)
    ]
    for child in children:
        child.start()
    with suppress(BrokenBarrierError):  # a client failed before it was warm; it says so below
        barrier.wait()
    started = time.perf_counter()
    latencies = [latency for _ in children for latency in _told(queue.get(), children)]
    elapsed = time.perf_counter() - started
    for child in children:
        child.join()
    return Result(len(latencies), elapsed, latencies)


def _told(latencies: list[float] | None, children: list[Any]) -> list[float]:
    if latencies is None:
        for child in children:
            child.terminate()
        raise SystemExit("A client failed: its traceback stands above.")
    return latencies


def _client(make, first, share, seconds, barrier, queue):  # type: ignore[no-untyped-def]  # multiprocessing's barrier and queue have no public types
    try:
        queue.put(_repeated(make(), first, share, seconds, barrier))
    except BaseException:
        barrier.abort()
        queue.put(None)
        raise


def _repeated(call, first, share, seconds, barrier):  # type: ignore[no-untyped-def]  # as above
    for number in range(first, first + WARM_UP):
        call(number)
    barrier.wait()
    latencies = []
    end = time.perf_counter() + seconds
    for number in range(first + WARM_UP, first + share):
        before = time.perf_counter()
        call(number)
        after = time.perf_counter()
        latencies.append(after - before)
        if after >= end:
            break
    return latencies


class Http:
    """One kept-alive connection, as light as a client can be, so that the server is what is measured."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port))
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def send(self, head: str, body: bytes = b"") -> tuple[int, bytes]:
        """Send a request line with headers, read one whole answer."""
        request = f"{head}\r\nHost: localhost\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body
        self._socket.sendall(request)
        data = b""
        while b"\r\n\r\n" not in data:
            data += self._read()
        header, _, rest = data.partition(b"\r\n\r\n")
        length = int(header.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
        while len(rest) < length:
            rest += self._read()
        return int(header[9:12]), rest

    def _read(self) -> bytes:
        chunk = self._socket.recv(65536)
        if not chunk:
            raise ConnectionError("the server closed the connection")
        return chunk
