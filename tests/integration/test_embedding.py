"""A model of sentences that config.toml names: loaded from its folder, or refused in words."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import pytest
from flask.testing import FlaskClient
from safetensors.numpy import save_file
from sqlalchemy import Engine
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace

from budget_align.config import Settings, load_settings
from budget_align.core.values.refusal import RefusedError
from budget_align.services.mappings.embedding import check_model, open_model
from budget_align.web.app import create_app
from tests.integration.test_mapping_pages import begin
from tests.pages import sign_in

NEAR = {"transport": [1.0, 0.1, 0.0], "omnibuses": [1.0, 0.0, 0.1], "schools": [0.0, 1.0, 0.0]}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A model of three words."""
    made = tmp_path / "model"
    made.mkdir()
    tokenizer = Tokenizer(WordLevel({"[UNK]": 0} | {word: i for i, word in enumerate(NEAR, 1)}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = Whitespace()
    tokenizer.save(str(made / "tokenizer.json"))
    save_file({"embeddings": np.array([[0.0, 0.0, 0.0], *NEAR.values()], dtype=np.float32)}, made / "model.safetensors")
    (made / "config.json").write_text(json.dumps({"normalize": False}))
    return made


def test_a_models_vectors_have_length_one_and_what_it_does_not_know_has_none(folder: Path) -> None:
    embed = open_model(folder)
    assert embed is not None
    vectors = embed(["Transport", "OMNIBUSES", "schools", "zxqv", ""])
    assert np.allclose(np.linalg.norm(vectors, axis=1), [1, 1, 1, 0, 0])
    assert vectors[0] @ vectors[1] > 0.9 > 0.2 > vectors[0] @ vectors[2]
    assert embed([]).shape == (0, 3)
    assert open_model(folder) is embed
    assert open_model(None) is None


def test_what_is_missing_is_said(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    check_model(None)
    check_model(folder)
    with pytest.raises(RefusedError, match=r"no config\.json and no tokenizer\.json and no model\.safetensors"):
        check_model(folder / "none")
    monkeypatch.setitem(sys.modules, "model2vec", None)
    with pytest.raises(RefusedError, match=r"needs the package model2vec; install it, .* leave embedding_model empty"):
        open_model(folder)


def test_what_is_no_model_is_refused(folder: Path) -> None:
    (folder / "model.safetensors").write_bytes(b"no tensors")
    with pytest.raises(RefusedError, match="cannot be read"):
        open_model(folder)


def test_the_folder_is_found_beside_the_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BUDGET_ALIGN_EMBEDDING_MODEL", raising=False)
    file = tmp_path / "config.toml"
    file.write_text('embedding_model = "model"')
    assert load_settings(file).embedding_model == tmp_path / "model"
    file.write_text('embedding_model = ""')
    assert load_settings(file).embedding_model is None


def test_the_workbench_suggests_by_the_model(northmere: Engine, settings: Settings, folder: Path) -> None:
    app = create_app(settings.model_copy(update={"embedding_model": folder}), northmere)
    app.config.update(TESTING=True)
    client: FlaskClient = app.test_client()
    sign_in(client)
    assert client.get(begin(client)).status_code == 200
    gone = create_app(settings.model_copy(update={"embedding_model": folder / "none"}), northmere).test_client()
    sign_in(gone)
    page = gone.get(begin(gone))
    assert "config.toml names" in page.text
