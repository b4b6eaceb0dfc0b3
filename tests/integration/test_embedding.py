"""A model of sentences that config.toml names: loaded from its folder, or refused in words."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import onnx
import pytest
from flask.testing import FlaskClient
from onnx import TensorProto, helper, numpy_helper
from safetensors.numpy import save_file
from sqlalchemy import Engine
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace

from budget_align.config import Settings, load_settings
from budget_align.core.values.refusal import RefusedError
from budget_align.services.mappings.embedding import check_model, open_model
from budget_align.web.app import create_app
from tests.pages import begin_mapping, sign_in

NEAR = {"transport": [1.0, 0.1, 0.0], "omnibuses": [1.0, 0.0, 0.1], "schools": [0.0, 1.0, 0.0]}


def write_tokenizer(made: Path) -> None:
    made.mkdir()
    tokenizer = Tokenizer(WordLevel({"[UNK]": 0} | {word: i for i, word in enumerate(NEAR, 1)}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = Whitespace()
    tokenizer.save(str(made / "tokenizer.json"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A model of three words."""
    made = tmp_path / "model"
    write_tokenizer(made)
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


def write_network(
    file: Path, *, inputs: tuple[str, ...] = ("input_ids", "attention_mask"), whole: bool = False
) -> None:
    """A network of one step: each token's row of a table, or their sum, which takes no heed of what is padded."""
    table = np.array([[9.0, 9.0, 9.0], *NEAR.values()], dtype=np.float32)
    rows = [numpy_helper.from_array(table, "table"), numpy_helper.from_array(np.array([1], dtype=np.int64), "axis")]
    nodes = [helper.make_node("Gather", ["table", "input_ids"], ["last_hidden_state"])]
    if whole:
        nodes.append(helper.make_node("ReduceSum", ["last_hidden_state", "axis"], ["sentence_embedding"], keepdims=0))
    shapes = {"last_hidden_state": ["texts", "tokens", 3], "sentence_embedding": ["texts", 3]}
    graph = helper.make_graph(
        nodes,
        "words",
        [helper.make_tensor_value_info(name, TensorProto.INT64, ["texts", "tokens"]) for name in inputs],
        [
            helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)
            for name, shape in shapes.items()
            if whole or name == "last_hidden_state"
        ],
        rows,
    )
    file.parent.mkdir(exist_ok=True)
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), file)


@pytest.fixture
def network(tmp_path: Path) -> Path:
    """The same three words as a network in ONNX form."""
    made = tmp_path / "network"
    write_tokenizer(made)
    write_network(made / "model.onnx")
    return made


def test_a_network_gives_the_mean_of_what_it_gives_for_tokens_whatever_is_padded(network: Path) -> None:
    embed = open_model(network)
    assert embed is not None
    # What is unknown is a token of its own; a long text beside it pads the short one, which changes nothing.
    long = "schools " * 40
    vectors = embed(["transport schools", long, "", " ", "omnibuses"])
    mean = (np.array(NEAR["transport"]) + np.array(NEAR["schools"])) / 2
    assert np.allclose(vectors[0], mean / np.linalg.norm(mean))
    assert np.allclose(np.linalg.norm(vectors, axis=1), [1, 1, 0, 0, 1])
    assert np.allclose(embed(["transport schools"])[0], vectors[0])
    assert np.allclose(vectors[1], NEAR["schools"])
    assert vectors[4] @ embed(["transport"])[0] > 0.9
    # In many batches, each text keeps its place.
    words = list(NEAR) * 100
    assert np.allclose(embed(words), np.tile(embed(list(NEAR)), (100, 1)))
    assert embed([]).shape == (0, 3)
    assert open_model(network) is embed
    # What was asked before is remembered, each text by its own vector.
    assert np.array_equal(
        embed(["omnibuses", "schools transport", "transport schools"]),
        embed(["omnibuses", "schools transport", "transport schools"]),
    )
    assert np.allclose(embed(["schools", "new transport", "schools"])[[0, 2]], NEAR["schools"])


def test_a_network_may_give_the_whole_text_or_say_that_its_first_token_stands_for_it(network: Path) -> None:
    (network / "model.onnx").unlink()
    write_network(network / "onnx" / "model.onnx", inputs=("input_ids", "token_type_ids"), whole=True)
    embed = open_model(network)
    assert embed is not None
    assert np.allclose(embed(["transport"]), embed(["transport transport"]))
    other = network.parent / "first"
    write_tokenizer(other)
    write_network(other / "model.onnx")
    (other / "1_Pooling").mkdir()
    said = {"word_embedding_dimension": 3, "pooling_mode_cls_token": True, "pooling_mode_mean_tokens": False}
    (other / "1_Pooling" / "config.json").write_text(json.dumps(said))
    first = open_model(other)
    assert first is not None
    assert np.allclose(first(["schools transport"]), first(["schools"]))


def test_a_network_that_is_none_or_wants_more_is_refused(network: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_network(network / "model.onnx", inputs=("input_ids", "position_ids"))
    with pytest.raises(RefusedError, match="cannot be read: it wants position_ids"):
        open_model(network)
    write_network(network / "model.onnx")
    (network / "1_Pooling").mkdir()
    (network / "1_Pooling" / "config.json").write_text(json.dumps({"pooling_mode_max_tokens": True}))
    with pytest.raises(RefusedError, match="it pools by pooling_mode_max_tokens"):
        open_model(network)
    (network / "model.onnx").write_bytes(b"no network")
    with pytest.raises(RefusedError, match="cannot be read"):
        open_model(network)
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    with pytest.raises(RefusedError, match=r"needs the package onnxruntime; .*budget-align\[embedding-onnx\]"):
        check_model(network)
    (network / "tokenizer.json").unlink()
    with pytest.raises(RefusedError, match=r"has no tokenizer\.json; name a folder .* model2vec or of ONNX"):
        check_model(network)


def test_the_folder_is_found_beside_the_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BUDGET_ALIGN_EMBEDDING_MODEL", raising=False)
    file = tmp_path / "config.toml"
    file.write_text('embedding_model = "model"')
    assert load_settings(file).embedding_model == tmp_path / "model"
    file.write_text('embedding_model = ""')
    assert load_settings(file).embedding_model is None


@pytest.mark.parametrize("form", ["folder", "network"])
def test_the_workbench_suggests_by_the_model(
    northmere: Engine, settings: Settings, form: str, request: pytest.FixtureRequest
) -> None:
    folder: Path = request.getfixturevalue(form)
    app = create_app(settings.model_copy(update={"embedding_model": folder}), northmere)
    app.config.update(TESTING=True)
    client: FlaskClient = app.test_client()
    sign_in(client)
    assert client.get(begin_mapping(client)).status_code == 200
    gone = create_app(settings.model_copy(update={"embedding_model": folder / "none"}), northmere).test_client()
    sign_in(gone)
    page = gone.get(begin_mapping(gone))
    assert "config.toml names" in page.text
