"""What the service counts of itself, for Prometheus. Nothing here names a person, a file or an amount."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, start_http_server
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead

_SECONDS: Final = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300)

REQUESTS: Final = Histogram(
    "budget_align_request_seconds", "Time to answer a request", ["method", "route", "status"], buckets=_SECONDS
)
REFUSALS: Final = Counter("budget_align_refusals_total", "What was refused, by its code", ["code"])
READINGS: Final = Histogram(
    "budget_align_reading_seconds", "Time to read an upload, by what became of it", ["status"], buckets=_SECONDS
)
MADE: Final = Histogram("budget_align_making_seconds", "Time to make a report or workbook", ["kind"], buckets=_SECONDS)
QUEUE: Final = Gauge(
    "budget_align_uploads_waiting", "Uploads that are being read or wait for it", multiprocess_mode="livesum"
)


def tell(host: str, port: int) -> None:
    """Lets Prometheus ask this process for its figures, at a port of their own; does nothing for port zero."""
    if port:
        start_http_server(port, host)


@contextmanager
def tell_together(host: str, port: int) -> Iterator[str]:
    """Lets Prometheus ask for the figures of several processes together, each of which keeps its own in the folder that
    its environment names as PROMETHEUS_MULTIPROC_DIR before it begins.
    """
    with TemporaryDirectory(prefix="budget-align-figures-") as folder:
        if port:
            registry = CollectorRegistry()
            MultiProcessCollector(registry, path=folder)  # type: ignore[no-untyped-call]  # it ships half its types
            server, thread = start_http_server(port, host, registry)
        yield folder
        if port:
            server.shutdown()
            thread.join()


def forget_process(folder: str, process: int) -> None:
    """Counts what a process that ended was about no more."""
    if Path(folder).is_dir():
        mark_process_dead(process, folder)  # type: ignore[no-untyped-call]  # as above
