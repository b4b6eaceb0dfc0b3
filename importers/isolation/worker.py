"""What a process does in which one file is read: bounded in memory, and killed by whoever asked it when its time is up,
or by the system when whoever asked is gone. It takes one request and answers in data, never in objects.
"""

from __future__ import annotations

import contextlib
import fcntl
import gc
import json
import os
import pickle
import resource
import select
import signal
import struct
import sys
import traceback
import typing
from collections.abc import Callable
from importlib import import_module
from typing import IO, Any, Final, cast

from budget_align.core.values.refusal import RefusedError
from importers.files.limits import Limits
from importers.isolation.answers import BadAnswerError, decode, encode

_LENGTH = struct.Struct(">Q")

ACTIONS: Final = {
    "read": "importers.readings.reader.read_workbook",
    "inspect": "importers.readings.inspection.inspect_workbook",
    "view": "importers.readings.inspection.view_sheet",
    "annotate": "importers.forms.annotated.annotate_workbook",
    "mapping": "importers.forms.mapping_reading.read_mapping_workbook",
    "drivers": "importers.forms.driver_workbook.read_drivers",
    "indicators": "importers.forms.indicator_workbook.read_indicators",
    "ballots": "importers.forms.ballot_workbook.read_ballots",
    "register": "importers.forms.register_workbook.read_register",
    "framework": "importers.forms.framework_file.read_framework_file",
}
"""What a worker can be asked for, by name."""

ANSWERS: Final = {
    "inspect": "budget_align.core.returns.inspection.Inspection",
    "view": "budget_align.core.returns.inspection.SheetView",
}
"""What some of `ACTIONS` answer, so that who asks need not load the reader to know."""

SAID: Final = {"progress": (int, int, str), "refused": (str, str), "memory": (), "failed": ()}
"""What a worker says beside its answer, each with the kinds of its words."""


def find_action(name: str) -> Callable[..., Any]:
    """What a worker does when it is asked for one of `ACTIONS`."""
    module, _, function = ACTIONS[name].rpartition(".")
    return cast(Callable[..., Any], getattr(import_module(module), function))


def read_answer(name: str, blocks: list[bytes]) -> Any:
    """The answer of one of `ACTIONS` as its function declares it.

    Raises:
        BadAnswerError: it is none.
    """
    if name in ANSWERS:
        module, _, kind = ANSWERS[name].rpartition(".")
        return decode(blocks, getattr(import_module(module), kind))
    return decode(blocks, typing.get_type_hints(find_action(name))["return"])


def ask(stream: IO[bytes], request: dict[str, Any]) -> None:
    """Sends a worker its request. The service is trusted by its worker, and never the other way round."""
    _send(stream, [pickle.dumps(request, protocol=pickle.HIGHEST_PROTOCOL)])


def say(stream: IO[bytes], kind: str, *words: object) -> None:
    """Says one of `SAID`."""
    _send(stream, [json.dumps([kind, *words], ensure_ascii=False).encode("utf-8", "surrogatepass")])


def hear(stream: IO[bytes], most: int) -> tuple[str, list[Any]]:
    """What a worker says next: one of `SAID` with its words, or "done" with the blocks of its answer.

    Args:
        stream: the worker's.
        most: how many bytes it may say at most.

    Raises:
        EOFError: the worker is gone.
        BadAnswerError: it says what no worker says.
    """
    blocks = _receive(stream, most)
    try:
        kind, *words = json.loads(blocks[0].decode("utf-8", "surrogatepass"))
    except (ValueError, TypeError, IndexError, RecursionError) as error:
        raise BadAnswerError("a worker says what is no word") from error
    if kind == "done":
        return kind, list(blocks[1:])
    kinds = SAID.get(kind) if isinstance(kind, str) else None
    if kinds is None or [type(word) for word in words] != list(kinds):
        raise BadAnswerError("a worker says what no worker says")
    return kind, words


def _send(stream: IO[bytes], blocks: list[bytes]) -> None:
    stream.write(_LENGTH.pack(len(blocks)))
    for block in blocks:
        stream.write(_LENGTH.pack(len(block)))
        stream.write(block)
    stream.flush()


def _receive(stream: IO[bytes], most: int) -> list[bytes]:
    blocks = []
    for _ in range(_number(stream, 10_000)):
        length = _number(stream, most)
        most -= length
        blocks.append(_exactly(stream, length))
    return blocks


def _number(stream: IO[bytes], most: int) -> int:
    (number,) = _LENGTH.unpack(_exactly(stream, _LENGTH.size))
    if number > most:
        raise BadAnswerError("a worker says more than it may")
    return int(number)


def _exactly(stream: IO[bytes], length: int) -> bytes:
    data = stream.read(length)
    if len(data) < length:
        raise EOFError
    return data


def end_with_parent(pipe: int) -> None:
    """Lets the system end this process once the other end of a pipe is closed, even in the middle of a long call into a
    library, when no line of Python would run.
    """
    signal.signal(signal.SIGIO, signal.SIG_DFL)
    fcntl.fcntl(pipe, fcntl.F_SETOWN, os.getpid())
    fcntl.fcntl(pipe, fcntl.F_SETFL, fcntl.fcntl(pipe, fcntl.F_GETFL) | os.O_ASYNC)
    waiting = select.poll()
    waiting.register(pipe, select.POLLHUP)
    if waiting.poll(0):
        # It was closed before anyone listened.
        sys.exit(1)


def answer(requests: IO[bytes], answers: IO[bytes]) -> None:
    """Reads one file, as it is asked, and answers.

    Args:
        requests: where the request comes, and whose other end is closed when whoever asks is gone.
        answers: where the answer goes.
    """
    try:
        (asked,) = _receive(requests, sys.maxsize)
    except EOFError:
        return
    request = pickle.loads(asked)
    end_with_parent(requests.fileno())
    limits: Limits = request["limits"]
    # The process reads one file and ends: looking for garbage among a million cells would only take time.
    gc.disable()
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (limits.memory_bytes, limits.memory_bytes))
    given: dict[str, Any] = {"limits": limits, **request["beside"]}
    if request["action"] == "read":
        given["progress"] = lambda done, of, on: say(answers, "progress", done, of, on)
    try:
        result = find_action(request["action"])(request["data"], request["file_name"], **given)
        _send(answers, [b'["done"]', *encode(result)])
    except RefusedError as refusal:
        say(answers, "refused", refusal.code, refusal.message)
    except Exception as error:
        if _is_out_of_memory(error):
            say(answers, "memory")
            return
        # The person who waits is told that it is no fault of the file's size; what failed is for the log.
        traceback.print_exc()
        say(answers, "failed")


def _is_out_of_memory(error: BaseException) -> bool:
    """Whether what failed is that no memory was left, for a library to be loaded into too, which says so in words."""
    return isinstance(error, MemoryError) or (
        isinstance(error, (ImportError, OSError)) and any(each in str(error).casefold() for each in _NO_MEMORY)
    )


_NO_MEMORY: Final = ("failed to map segment", "cannot allocate memory")
"""What the system's loader says where it has no memory for a library."""
