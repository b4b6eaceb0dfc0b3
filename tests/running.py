"""The service as an installation runs it: its command, in processes of its own, asked over the network."""

from __future__ import annotations

import http.cookiejar
import multiprocessing
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from dataclasses import dataclass, field
from email.message import Message
from multiprocessing.context import ForkServerProcess
from pathlib import Path


@dataclass
class Answer:
    """What was answered, and after how many seconds."""

    status: int
    body: bytes
    headers: Message
    seconds: float

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")


class _Still(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_args: object, **_how: object) -> None:
        return None


class Visitor:
    """A browser of its own: keeps its cookies, follows nothing."""

    def __init__(self, port: int) -> None:
        self.address = f"http://127.0.0.1:{port}"
        self.cookies = http.cookiejar.CookieJar()
        self._opener = urllib.request.build_opener(
            urllib.request.HTTPCookieProcessor(self.cookies), _Still(), urllib.request.ProxyHandler({})
        )

    def get(self, path: str, seconds: float = 30, headers: dict[str, str] | None = None) -> Answer:
        return self._ask(urllib.request.Request(self.address + path, headers=headers or {}), seconds)

    def post(
        self, path: str, said: dict[str, str], file: tuple[str, bytes] | None = None, seconds: float = 60
    ) -> Answer:
        if file is None:
            data, kind = urllib.parse.urlencode(said).encode(), "application/x-www-form-urlencoded"
        else:
            edge = uuid.uuid4().hex
            parts = [
                f'--{edge}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
                for name, value in said.items()
            ]
            head = f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="{file[0]}"\r\n\r\n'
            data = b"".join([*parts, head.encode(), file[1], f"\r\n--{edge}--\r\n".encode()])
            kind = f"multipart/form-data; boundary={edge}"
        return self._ask(urllib.request.Request(self.address + path, data, {"Content-Type": kind}), seconds)

    def token(self, path: str) -> str:
        found = re.search(r'name="csrf_token" value="([^"]+)"', self.get(path).text)
        assert found, f"{path} has a form"
        return found[1]

    def sign_in(self, email: str, password: str) -> Answer:
        said = {"email": email, "password": password, "csrf_token": self.token("/sign-in")}
        return self.post("/sign-in", said)

    def _ask(self, request: urllib.request.Request, seconds: float) -> Answer:
        began = time.monotonic()
        try:
            with self._opener.open(request, timeout=seconds) as answer:
                return Answer(answer.status, answer.read(), answer.headers, time.monotonic() - began)
        except urllib.error.HTTPError as error:
            with error:
                return Answer(error.code, error.read(), error.headers, time.monotonic() - began)


_LOADED = multiprocessing.get_context("forkserver")
"""A process that has loaded the service and is copied, where it is started again and again."""
_LOADED.set_forkserver_preload(["budget_align.cli.serving", "budget_align.web.answering"])


class _Copy(ForkServerProcess):
    """A service in a copy of a process that has loaded it, waited for as others are."""

    def poll(self) -> int | None:
        return self.exitcode

    def wait(self, seconds: float | None = None) -> int | None:
        self.join(seconds)
        return self.exitcode


def _serve(folder: Path, environment: dict[str, str], log: Path, port: int) -> None:
    from budget_align.cli import main

    os.setsid()
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    with log.open("ab") as file:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
    main(["serve", "--port", str(port)])


@dataclass
class Service:
    """A service that runs, until it is ended or killed.

    Attributes:
        copied: it is begun as a copy of a process that has loaded it, and not by its command.
    """

    folder: Path
    environment: dict[str, str]
    port: int = 0
    process: subprocess.Popen[bytes] | _Copy | None = None
    log: Path = field(init=False)
    copied: bool = False

    def __post_init__(self) -> None:
        self.log = self.folder / "log"

    def start(self) -> None:
        """Starts it, and waits until it answers."""
        self.port = self.port or free_port()
        self.process = self._begin()
        until = time.monotonic() + 60
        while time.monotonic() < until:
            try:
                if self.visitor().get("/healthz", seconds=5).status == 200:
                    return
            except OSError:
                assert self.process.poll() is None, self.log.read_text()
                time.sleep(0.1)
        raise AssertionError(f"the service does not answer: {self.log.read_text()}")

    def _begin(self) -> subprocess.Popen[bytes] | _Copy:
        environment = {**os.environ, **self.environment}
        if self.copied:
            copy = _Copy(target=_serve, args=(self.folder, environment, self.log, self.port))
            copy.start()
            return copy
        with self.log.open("ab") as log:
            return subprocess.Popen(
                # -P: what runs is what PYTHONPATH names, wherever it is started.
                [sys.executable, "-P", "-m", "budget_align.cli", "serve", "--port", str(self.port)],
                env=environment,
                cwd=self.folder,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def visitor(self) -> Visitor:
        return Visitor(self.port)

    def children(self) -> list[int]:
        """The processes that it started."""
        assert self.process is not None
        said = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return [int(each) for each in said.split()]

    def kill(self) -> None:
        """Ends it and all that it started at once, as a power cut does."""
        assert self.process is not None
        for each in (*self.children(), self.process.pid):
            os.kill(each, signal.SIGKILL)
        self.process.wait()

    def end(self) -> int:
        """Tells it to end, and waits; returns its code."""
        assert self.process is not None
        self.process.terminate()
        return self.process.wait(30)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
