"""Loads the model of a language that config.toml may name, from its folder; nothing is downloaded.

The form is that of model2vec: a table of vectors of tokens, whose mean is that of a text. The library is an optional
package (`budget-align[embedding]`) and is imported when a model is named, and not before.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from budget_align.core.editing.meaning import Embed, Floats
from budget_align.core.values.refusal import RefusedError

FILES = ("config.json", "tokenizer.json", "model.safetensors")


def check_model(folder: Path | None) -> None:
    """Whether a model can be loaded from a folder; None needs nothing.

    Raises:
        RefusedError: the folder, one of its files or the library is missing.
    """
    if folder is None:
        return
    missing = [name for name in FILES if not (folder / name).is_file()]
    if missing:
        raise RefusedError(
            "no-model",
            f"config.toml names {folder} as embedding_model, which has no {' and no '.join(missing)}; name a folder "
            "with a model in the form of model2vec, or leave it empty.",
        )
    if find_spec("model2vec") is None:
        raise RefusedError(
            "no-model-library",
            "config.toml names an embedding_model, which needs the package model2vec; install it, "
            "such as with: pip install 'budget-align[embedding]', or leave embedding_model empty.",
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
    from model2vec import StaticModel

    try:
        model = StaticModel.from_pretrained(folder)
    # The library's readers raise whatever their formats do, some of it as plain Exception.
    except Exception as error:
        raise RefusedError(
            "bad-model", f"The model in {folder}, which config.toml names as embedding_model, cannot be read: {error}"
        ) from error
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
