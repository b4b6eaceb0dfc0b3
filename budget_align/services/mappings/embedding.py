"""Loads the model of a language that config.toml may name, from its folder; nothing is downloaded.

It has one of two forms. That of model2vec is a table of vectors of tokens, whose mean is that of a text; that of ONNX
is a network that reads the text, see `onnx_model`. The libraries are optional packages (`budget-align[embedding]` and
`budget-align[embedding-onnx]`), imported when such a model is named, and not before.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from budget_align.core.editing.meaning import Embed
from budget_align.core.values.arrays import Floats
from budget_align.core.values.refusal import RefusedError
from budget_align.services.mappings.onnx_model import find_model, read_onnx

FILES = ("config.json", "tokenizer.json", "model.safetensors")
ONNX_FILES = ("tokenizer.json",)


def check_model(folder: Path | None) -> None:
    """Whether a model can be loaded from a folder; None needs nothing.

    Raises:
        RefusedError: the folder, one of its files or the library is missing.
    """
    if folder is None:
        return
    network = find_model(folder) is not None
    missing = [name for name in (ONNX_FILES if network else FILES) if not (folder / name).is_file()]
    if missing:
        raise RefusedError(
            "no-model",
            f"config.toml names {folder} as embedding_model, which has no {' and no '.join(missing)}; name a folder "
            "with a model in the form of model2vec or of ONNX, or leave it empty.",
        )
    packages = ("onnxruntime", "tokenizers") if network else ("model2vec",)
    absent = [name for name in packages if find_spec(name) is None]
    if absent:
        extra = "embedding-onnx" if network else "embedding"
        raise RefusedError(
            "no-model-library",
            f"config.toml names an embedding_model, which needs the package {' and '.join(absent)}; install it, "
            f"such as with: pip install 'budget-align[{extra}]', or leave embedding_model empty.",
        )


def open_model(folder: Path | None) -> Embed | None:
    """The function from texts to vectors of a folder's model, kept once it is loaded; None without a folder.

    Raises:
        RefusedError: the folder or the library is missing, or what is there is no model.
    """
    if folder is None:
        return None
    check_model(folder)
    return _load(folder)


@cache
def _load(folder: Path) -> Embed:
    network = find_model(folder)
    try:
        return _read_table(folder) if network is None else read_onnx(network, folder)
    # The libraries' readers raise whatever their formats do, some of it as plain Exception.
    except Exception as error:
        raise RefusedError(
            "bad-model", f"The model in {folder}, which config.toml names as embedding_model, cannot be read: {error}"
        ) from error


def _read_table(folder: Path) -> Embed:
    from model2vec import StaticModel

    model = StaticModel.from_pretrained(folder)
    # The tokenizer is set and set back while it works.
    alone = threading.Lock()

    def embed(texts: Sequence[str]) -> Floats:
        if not texts:
            return np.zeros((0, model.dim))
        with alone:
            found = model.encode([text.casefold() for text in texts], use_multiprocessing=False)
        vectors = np.nan_to_num(np.asarray(found, dtype=np.float64))
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        result: Floats = vectors / np.where(lengths > 0, lengths, 1.0)
        return result

    return embed
