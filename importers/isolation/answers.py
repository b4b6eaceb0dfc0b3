"""What a worker answers, as plain data: JSON with blocks of bytes beside it. The service rebuilds from it only what it
asked for and takes nothing else, so that a file which takes hold of a worker gains nothing in the service.
"""

from __future__ import annotations

import dataclasses
import json
import math
import sys
import types
import typing
import zlib
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

_PLAIN: Final = (bool, int, float, str, type(None))
_NUMBERS: Final = ("bool", "int64", "float64")
"""Kinds of columns and arrays that travel as bytes."""


class BadAnswerError(ValueError):
    """What came is no answer of the kind that was asked for."""


def encode(value: object) -> list[bytes]:
    """A value as blocks of bytes, the first of them JSON; `decode` reads them back.

    Args:
        value: text, numbers and bytes; data classes and pydantic models; data frames and arrays; and tuples, lists and
            mappings by text of these.
    """
    blocks: list[bytes] = []
    said = _Writer(blocks).put(value)
    return [json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass"), *blocks]


def decode(blocks: list[bytes], kind: Any) -> Any:
    """The value of a kind that `encode` wrote.

    Args:
        blocks: as they came.
        kind: the type of the value, as the function that made it declares; parts of any other type are refused.

    Raises:
        BadAnswerError: the blocks hold no value of that kind.
    """
    if not blocks:
        raise BadAnswerError("an answer without a word")
    try:
        said = json.loads(blocks[0].decode("utf-8", "surrogatepass"))
        return _Reader(blocks[1:]).take(said, kind)
    except BadAnswerError:
        raise
    except (ValueError, TypeError, KeyError, IndexError, OverflowError, RecursionError) as error:
        raise BadAnswerError(f"an answer that is no {kind}: {error}") from error


def pack(value: object) -> bytes:
    """A value as bytes to be kept; `unpack` reads them back."""
    blocks = encode(value)
    sizes = b"".join(len(block).to_bytes(8, "big") for block in blocks)
    return zlib.compress(len(blocks).to_bytes(8, "big") + sizes + b"".join(blocks), level=1)


def unpack(data: bytes, kind: Any) -> Any:
    """The value of a kind that `pack` wrote."""
    plain = memoryview(zlib.decompress(data))
    count = int.from_bytes(plain[:8], "big")
    at, blocks = 8 * (count + 1), []
    for number in range(1, count + 1):
        size = int.from_bytes(plain[8 * number : 8 * (number + 1)], "big")
        blocks.append(bytes(plain[at : at + size]))
        at += size
    return decode(blocks, kind)


class _Writer:
    """Writes values, and puts their bytes into blocks."""

    def __init__(self, blocks: list[bytes]) -> None:
        self._blocks = blocks

    def put(self, value: Any) -> Any:
        if isinstance(value, float) and not math.isfinite(value):
            return {"number": str(value)}
        if type(value) in _PLAIN:
            return value
        if isinstance(value, bytes):
            return self._block(value)
        if isinstance(value, (tuple, list)):
            return [self.put(each) for each in value]
        if isinstance(value, dict):
            return {"pairs": [[key, self.put(each)] for key, each in value.items()]}
        if dataclasses.is_dataclass(value):
            return {field.name: self.put(getattr(value, field.name)) for field in dataclasses.fields(value)}
        return self._put_more(value)

    def _put_more(self, value: Any) -> Any:
        if hasattr(value, "to_stored"):
            return value.to_stored()
        if hasattr(value, "model_dump_json"):
            apart = [name for name, field in type(value).model_fields.items() if field.exclude]
            return {"model": value.model_dump_json(), "apart": {name: self.put(getattr(value, name)) for name in apart}}
        if hasattr(value, "columns"):
            return [[str(name), self._column(value[name])] for name in value.columns]
        if hasattr(value, "dtype"):
            return {"shape": list(value.shape), "column": self._array(value.reshape(-1))}
        raise TypeError(f"a worker cannot answer with a {type(value).__name__}")

    def _column(self, column: pd.Series[Any]) -> dict[str, Any]:
        if str(column.dtype) != "str":
            return self._array(column.to_numpy())
        import pandas as pd

        places, texts = pd.factorize(column, use_na_sentinel=True)
        return {
            "dtype": "str",
            "texts": self._block(json.dumps(texts.tolist(), ensure_ascii=False).encode("utf-8", "surrogatepass")),
            "places": self._block(places.astype("<i4").tobytes()),
        }

    def _array(self, array: np.ndarray[Any, Any]) -> dict[str, Any]:
        if str(array.dtype) in _NUMBERS:
            return {"dtype": str(array.dtype), "bytes": self._block(array.tobytes())}
        return {"dtype": "object", "values": [self.put(each) for each in array.tolist()]}

    def _block(self, data: bytes) -> dict[str, int]:
        self._blocks.append(data)
        return {"block": len(self._blocks) - 1}


class _Reader:
    """Reads values of the kinds that are asked for, and of no others."""

    def __init__(self, blocks: list[bytes]) -> None:
        self._blocks = blocks

    def take(self, said: Any, kind: Any) -> Any:
        origin, parts = typing.get_origin(kind), typing.get_args(kind)
        if origin is typing.Literal:
            return self._one_of(said, parts)
        if origin in (typing.Union, types.UnionType):
            if said is None and type(None) in parts:
                return None
            (only,) = [part for part in parts if part is not type(None)]
            return self.take(said, only)
        if origin is tuple:
            return self._tuple(said, parts)
        if origin is list:
            return [self.take(each, parts[0]) for each in _a(list, said)]
        name = getattr(origin or kind, "__name__", "")
        if name in _TAKEN:
            return _TAKEN[name](self, said)
        return self._plain(said, kind) if kind in _PLAIN else self._record(said, kind)

    def _record(self, said: Any, kind: Any) -> Any:
        if hasattr(kind, "from_stored"):
            return kind.from_stored(_a(str, said))
        if hasattr(kind, "model_validate_json"):
            model = kind.model_validate_json(_a(str, said["model"])) if not said["apart"] else None
            return model if model is not None else self._with_apart(said, kind)
        if dataclasses.is_dataclass(kind):
            hints = typing.get_type_hints(kind, vars(sys.modules[kind.__module__]))
            fields = {field.name for field in dataclasses.fields(kind)}
            if set(_a(dict, said)) != fields:
                raise BadAnswerError(f"parts of a {kind} are missing or too many")
            return typing.cast(Any, kind)(**{name: self.take(said[name], hints[name]) for name in fields})
        raise BadAnswerError(f"nothing of the kind {kind} is taken")

    def _with_apart(self, said: Any, kind: Any) -> Any:
        """A model some of whose fields are frames, which stand beside its JSON."""
        facts = json.loads(_a(str, said["model"]))
        apart = {name for name, field in kind.model_fields.items() if field.exclude}
        if set(said["apart"]) != apart:
            raise BadAnswerError(f"parts of a {kind.__name__} are missing or too many")
        frames = {name: self.frame(said["apart"][name]) for name in apart}
        empty = kind.model_validate_json(json.dumps({**facts, **dict.fromkeys(apart)}))
        return empty.model_copy(update=frames)

    @staticmethod
    def _one_of(said: Any, choices: tuple[Any, ...]) -> Any:
        if said not in choices:
            raise BadAnswerError(f"{said!r} is not among {choices}")
        return said

    def _tuple(self, said: Any, parts: tuple[Any, ...]) -> tuple[Any, ...]:
        if len(parts) == 2 and parts[1] is Ellipsis:
            return tuple(self.take(each, parts[0]) for each in _a(list, said))
        return tuple(self.take(each, part) for each, part in zip(_a(list, said), parts, strict=True))

    @staticmethod
    def _plain(said: Any, kind: Any) -> Any:
        if kind is float and isinstance(said, dict):
            return float(_a(str, said["number"]))
        if kind is float and type(said) is int:
            return float(said)
        return _a(kind, said)

    def frame(self, said: Any) -> pd.DataFrame:
        import pandas as pd

        return pd.DataFrame({_a(str, name): self._column(column) for name, column in _a(list, said)})

    def _column(self, said: Any) -> Any:
        import numpy as np
        import pandas as pd

        if "bytes" in said:
            return self._numbers(said)
        if "values" in said:
            return pd.Series(self._objects(said), dtype=object)
        texts = json.loads(self.block(said["texts"]).decode("utf-8", "surrogatepass"))
        if any(type(each) is not str for each in texts):
            raise BadAnswerError("a column holds what is no text")
        places = np.frombuffer(self.block(said["places"]), "<i4")
        if len(places) and not (int(places.min()) >= -1 and int(places.max()) < len(texts)):
            raise BadAnswerError("a column points to texts that it does not have")
        values = np.array([*texts, None], dtype=object)[places]
        return pd.Series(values, dtype=self._one_of(said["dtype"], ("str",)))

    def _numbers(self, said: Any) -> np.ndarray[Any, Any]:
        import numpy as np

        return np.frombuffer(self.block(said["bytes"]), self._one_of(said["dtype"], _NUMBERS)).copy()

    def array(self, said: Any) -> np.ndarray[Any, Any]:
        column = said["column"]
        values = self._numbers(column) if "bytes" in column else self._objects(column)
        return values.reshape(said["shape"])

    def _objects(self, said: Any) -> np.ndarray[Any, Any]:
        import numpy as np

        values = np.empty(len(_a(list, said["values"])), dtype=object)
        for place, each in enumerate(said["values"]):
            values[place] = self._plain(each, float) if isinstance(each, dict) else each
            if type(values[place]) not in _PLAIN:
                raise BadAnswerError("an array holds what is no text")
        return values

    def block(self, said: Any) -> bytes:
        number: int = _a(int, said["block"])
        if not 0 <= number < len(self._blocks):
            raise BadAnswerError("an answer points to bytes that it does not have")
        return self._blocks[number]


_TAKEN: Final[dict[str, Callable[[_Reader, Any], Any]]] = {
    "DataFrame": _Reader.frame,
    "ndarray": _Reader.array,
    "bytes": _Reader.block,
}
"""How each kind that travels as bytes is read, by the name of its type, so that none has to be loaded to be named."""


def _a(kind: Any, said: Any) -> Any:
    if type(said) is not kind:
        raise BadAnswerError(f"{said!r:.40} is no {kind.__name__}")
    return said
