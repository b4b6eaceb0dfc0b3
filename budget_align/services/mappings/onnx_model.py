"""Reads a model of sentences in ONNX form: `model.onnx`, or `onnx/model.onnx`, beside the `tokenizer.json` of its
tokens. A text's vector is what the model gives for the whole of it, or the mean of what it gives for its tokens; where
the folder has sentence-transformers' `1_Pooling/config.json`, that says so.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, Literal

import numpy as np
from cachetools import LRUCache

from budget_align.core.editing.meaning import Embed
from budget_align.core.values.arrays import Floats

Pooling = Literal["mean", "first"]

LONGEST: Final = 256
"""Tokens of a text that are looked at: a budget line has some ten, the text of a goal a few hundred."""

_BATCH: Final = 64
_KEPT: Final = 20_000
"""Texts whose vectors are kept, of some kilobytes each."""


def find_model(folder: Path) -> Path | None:
    """The file of a folder's model in ONNX form; None where there is none."""
    places = (folder / "model.onnx", folder / "onnx" / "model.onnx")
    return next((place for place in places if place.is_file()), None)


def read_onnx(file: Path, folder: Path) -> Embed:
    """The function from texts to vectors of a model in ONNX form, of length one, or zero for a text without tokens.

    Raises:
        Exception: whatever the library raises at a file that is no model, or no tokenizer.
        ValueError: the model takes or gives something else than a model of sentences does.
    """
    from onnxruntime import InferenceSession, SessionOptions
    from tokenizers import Tokenizer

    options = SessionOptions()
    options.log_severity_level = 3
    session = InferenceSession(str(file), options, providers=["CPUExecutionProvider"])
    wanted = [each.name for each in session.get_inputs()]
    unknown = sorted(set(wanted) - {"input_ids", "attention_mask", "token_type_ids"})
    if unknown or "input_ids" not in wanted:
        raise ValueError(f"it wants {', '.join(unknown) or 'no input_ids'}, and is no model of sentences")
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    padding = tokenizer.padding or {}
    tokenizer.enable_padding(pad_id=padding.get("pad_id", 0), pad_token=padding.get("pad_token", "[PAD]"))
    truncation = tokenizer.truncation or {}
    tokenizer.enable_truncation(min(LONGEST, truncation.get("max_length", LONGEST)))
    output = _choose_output(session)
    pooling = _read_pooling(folder)

    def give(texts: Sequence[str]) -> Floats:
        tokens = tokenizer.encode_batch(list(texts))
        mask = np.array([each.attention_mask for each in tokens], dtype=np.int64)
        inputs = {
            "input_ids": np.array([each.ids for each in tokens], dtype=np.int64),
            "attention_mask": mask,
            "token_type_ids": np.array([each.type_ids for each in tokens], dtype=np.int64),
        }
        if not mask.size:
            return np.zeros((len(texts), 0))
        (found,) = session.run([output], {name: inputs[name] for name in wanted})
        return _pool(np.asarray(found, dtype=np.float64), mask, pooling)

    return _Remembering(give)


class _Remembering:
    """Gives each text its vector, and keeps the last ones: a network takes milliseconds for a text, and a page of
    suggestions asks for the same ones after every decision.
    """

    def __init__(self, give: Embed) -> None:
        self._give = give
        self._known: LRUCache[str, Floats] = LRUCache(_KEPT)
        self._alone = threading.Lock()
        self._none: Floats = np.zeros(give(["a"]).shape[1])

    def __call__(self, texts: Sequence[str]) -> Floats:
        # Those without a letter have no meaning.
        wanted = dict.fromkeys(text for text in texts if text.strip())
        with self._alone:
            found = {text: self._known[text] for text in wanted if text in self._known}
        # Texts of like length go together, so that little is padded.
        told = sorted(wanted.keys() - found.keys(), key=lambda text: (len(text), text))
        for start in range(0, len(told), _BATCH):
            batch = told[start : start + _BATCH]
            vectors = np.nan_to_num(self._give(batch))
            lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
            found.update(zip(batch, vectors / np.where(lengths > 0, lengths, 1.0), strict=True))
        with self._alone:
            self._known.update({text: found[text] for text in told})
        rows = [found.get(text, self._none) for text in texts]
        return np.array(rows) if rows else np.zeros((0, len(self._none)))


def _choose_output(session: Any) -> str:
    """The vector of the whole text where the model gives one, else those of its tokens."""
    names = [str(each.name) for each in session.get_outputs()]
    return next((name for name in ("sentence_embedding", "last_hidden_state") if name in names), names[0])


def _read_pooling(folder: Path) -> Pooling:
    file = folder / "1_Pooling" / "config.json"
    if not file.is_file():
        return "mean"
    said = json.loads(file.read_text(encoding="utf-8"))
    chosen = [name for name, on in said.items() if name.startswith("pooling_mode_") and on is True]
    if chosen == ["pooling_mode_cls_token"]:
        return "first"
    if chosen == ["pooling_mode_mean_tokens"]:
        return "mean"
    raise ValueError(f"it pools by {', '.join(chosen) or 'nothing'}; only the mean and the first token are known")


def _pool(found: Floats, mask: Any, pooling: Pooling) -> Floats:
    if found.ndim == 2:
        return found
    if found.ndim != 3:
        raise ValueError(f"it gives {found.ndim} dimensions, where a model of sentences gives two or three")
    if pooling == "first":
        first: Floats = found[:, 0]
        return first
    weights = mask[:, :, None]
    mean: Floats = (found * weights).sum(axis=1) / np.maximum(weights.sum(axis=1), 1)
    return mean
