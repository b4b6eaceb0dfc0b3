"""The process in which one workbook is read: started as `python -m importers.worker`, bounded in memory, and killed by
whoever started it when its time is up. It takes one request from its standard input and answers on its standard output.
"""

from __future__ import annotations

import contextlib
import gc
import os
import pickle
import resource
import struct
import sys
import traceback
from collections.abc import Callable
from importlib import import_module
from typing import IO, Any, Final, cast

from budget_align.core.refusal import RefusedError
from importers.limits import Limits

_LENGTH = struct.Struct(">Q")

ACTIONS: Final = {
    "read": "importers.reader.read_workbook",
    "inspect": "importers.inspection.inspect_workbook",
    "view": "importers.inspection.view_sheet",
    "annotate": "importers.annotated.annotate_workbook",
    "mapping": "importers.mapping_reading.read_mapping_workbook",
    "drivers": "importers.driver_workbook.read_drivers",
    "indicators": "importers.indicator_workbook.read_indicators",
    "ballots": "importers.ballot_workbook.read_ballots",
    "register": "importers.register_workbook.read_register",
    "framework": "importers.framework_workbook.read_framework_workbook",
}
"""What a worker can be asked for, by name. Only the module of what is asked for is loaded; a worker that waits ahead of
its workbook has loaded the reader already.
"""


def find_action(name: str) -> Callable[..., Any]:
    """What a worker does when it is asked for one of `ACTIONS`."""
    module, _, function = ACTIONS[name].rpartition(".")
    return cast(Callable[..., Any], getattr(import_module(module), function))


def send(stream: IO[bytes], message: object) -> None:
    """Writes one message: its length, then itself."""
    data = pickle.dumps(message, protocol=pickle.HIGHEST_PROTOCOL)
    stream.write(_LENGTH.pack(len(data)))
    stream.write(data)
    stream.flush()


def receive(stream: IO[bytes]) -> Any:
    """Reads one message.

    Raises:
        EOFError: the other side is gone.
    """
    head = stream.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        raise EOFError
    (length,) = _LENGTH.unpack(head)
    data = stream.read(length)
    if len(data) < length:
        raise EOFError
    return pickle.loads(data)


def main() -> None:
    """Reads one workbook and ends."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    # Nothing else that is printed may fall among the messages.
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    try:
        request = receive(sys.stdin.buffer)
    except EOFError:
        return
    limits: Limits = request["limits"]
    # The process reads one workbook and ends: looking for garbage among a million cells would only take time.
    gc.disable()
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (limits.memory_bytes, limits.memory_bytes))
    given: dict[str, Any] = {"limits": limits, **request["beside"]}
    if request["action"] == "read":
        given["progress"] = lambda done, of, on: send(answers, ("progress", done, of, on))
    try:
        result = find_action(request["action"])(request["data"], request["file_name"], **given)
        send(answers, ("done", result))
    except RefusedError as refusal:
        send(answers, ("refused", refusal.code, refusal.message))
    except MemoryError:
        send(answers, ("memory",))
    except Exception:
        # The person who waits is told that it is no fault of the file's size; what failed is for the log.
        traceback.print_exc()
        send(answers, ("failed",))


if __name__ == "__main__":
    main()
