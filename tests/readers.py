"""Tiny models that read: an encoder whose vectors can be foretold, and a tagger of given words."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
from safetensors.numpy import save_file
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"]
HIDDEN = 16


def wordpiece(folder: Path, words: list[str], longest: int = 64) -> dict[str, int]:
    """A BERT tokenizer of these words and all single letters; what is cased stays cased."""
    signs = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.,?!'-"
    pieces = [*signs, *(f"##{sign}" for sign in signs)]
    vocab = {word: i for i, word in enumerate(dict.fromkeys([*SPECIAL, *pieces, *words]))}
    tokenizer = Tokenizer(models.WordPiece(vocab, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=False)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer.save(str(folder / "tokenizer.json"))
    settings = {"tokenizer_class": "PreTrainedTokenizerFast", "model_max_length": longest,
                "pad_token": "[PAD]", "unk_token": "[UNK]", "cls_token": "[CLS]",
                "sep_token": "[SEP]"}  # fmt: skip
    (folder / "tokenizer_config.json").write_text(json.dumps(settings), "utf-8")
    return vocab


def bert(
    folder: Path, words: dict[str, Any], *, head: list[str] | None = None, longest: int = 64
) -> Path:
    """One BERT block that hands every word's own vector on. `words`: a vector of `HIDDEN` numbers
    each; other words are near nought. Same words in another order, the same mean vector. `head`:
    labels; a word's label is then its vector's largest number."""
    vocab = wordpiece(folder, list(words), longest)
    config: dict[str, Any] = {
        "model_type": "bert", "architectures": ["BertModel"], "hidden_size": HIDDEN,
        "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 8,
        "vocab_size": len(vocab), "max_position_embeddings": longest, "type_vocab_size": 2,
        "pad_token_id": 0, "hidden_act": "gelu", "hidden_dropout_prob": 0.0,
        "attention_probs_dropout_prob": 0.0, "dtype": "float32",
    }  # fmt: skip
    table = np.zeros((len(vocab), HIDDEN), np.float32)
    for word, vector in words.items():
        table[vocab[word]] = vector
    tensors = {f"bert.{name}": value for name, value in _block(table, longest).items()}
    if head is None:
        tensors = {name.removeprefix("bert."): value for name, value in tensors.items()}
    else:
        config |= {"architectures": ["BertForTokenClassification"],
                   "id2label": {str(i): label for i, label in enumerate(head)},
                   "label2id": {label: i for i, label in enumerate(head)}}  # fmt: skip
        tensors["classifier.weight"] = np.eye(len(head), HIDDEN, dtype=np.float32) * 4
        tensors["classifier.bias"] = np.zeros(len(head), np.float32)
    (folder / "config.json").write_text(json.dumps(config), "utf-8")
    save_file(tensors, str(folder / "model.safetensors"), metadata={"format": "pt"})
    return folder


def _block(table: Any, longest: int) -> dict[str, Any]:
    ones, none = np.ones(HIDDEN, np.float32), np.zeros(HIDDEN, np.float32)
    tensors = {
        "embeddings.word_embeddings.weight": table,
        "embeddings.position_embeddings.weight": np.zeros((longest, HIDDEN), np.float32),
        "embeddings.token_type_embeddings.weight": np.zeros((2, HIDDEN), np.float32),
        "embeddings.LayerNorm.weight": ones, "embeddings.LayerNorm.bias": none,
    }  # fmt: skip
    layer = "encoder.layer.0."
    shapes = {"attention.self.query": (HIDDEN, HIDDEN), "attention.self.key": (HIDDEN, HIDDEN),
              "attention.self.value": (HIDDEN, HIDDEN), "attention.output.dense": (HIDDEN, HIDDEN),
              "intermediate.dense": (8, HIDDEN), "output.dense": (HIDDEN, 8)}  # fmt: skip
    for name, shape in shapes.items():  # nothing is mixed: every word passes as it is
        tensors[f"{layer}{name}.weight"] = np.zeros(shape, np.float32)
        tensors[f"{layer}{name}.bias"] = np.zeros(shape[0], np.float32)
    for name in ("attention.output.LayerNorm", "output.LayerNorm"):
        tensors[f"{layer}{name}.weight"] = ones.copy()
        tensors[f"{layer}{name}.bias"] = none.copy()
    return tensors


def bag_encoder(folder: Path, synonyms: list[set[str]], seed: int = 5) -> Path:
    """Words of one set mean the same: their vectors are equal, others' are drawn by chance."""
    chance = np.random.default_rng(seed)
    words: dict[str, Any] = {}
    for same in synonyms:
        vector = chance.standard_normal(HIDDEN)
        words |= dict.fromkeys(sorted(same), vector)
    bert(folder, words)
    kind = "sentence_transformers.models."
    modules = [{"idx": 0, "name": "0", "path": "", "type": f"{kind}Transformer"},
               {"idx": 1, "name": "1", "path": "1_Pooling", "type": f"{kind}Pooling"}]  # fmt: skip
    (folder / "modules.json").write_text(json.dumps(modules), "utf-8")
    set_pooling(folder, "mean_tokens")
    return folder


def set_pooling(folder: Path, *modes: str) -> None:
    (folder / "1_Pooling").mkdir(exist_ok=True)
    known = ("cls_token", "mean_tokens", "max_tokens", "mean_sqrt_len_tokens",
             "weightedmean_tokens", "lasttoken")  # fmt: skip
    flags = {f"pooling_mode_{mode}": mode in modes for mode in known}
    (folder / "1_Pooling" / "config.json").write_text(
        json.dumps({"word_embedding_dimension": HIDDEN, **flags}), "utf-8"
    )


def word_tagger(folder: Path, labels: dict[str, str], longest: int = 64) -> Path:
    """Gives each of these words its label, and all others O: nought everywhere, so the first."""
    head = ["O", *sorted(set(labels.values()))]
    words: dict[str, Any] = {}
    for word, label in labels.items():
        vector = np.zeros(HIDDEN)
        vector[head.index(label)] = 3.0
        words[word] = vector
    return bert(folder, words, head=head, longest=longest)


def tiny_gliner(folder: Path, words: dict[str, str], *, longest: int = 128, most: int = 40) -> Path:
    """A GLiNER model that finds what begins and ends with these words, each called "name", "name
    begins" or "name ends", or so with another kind. A word is seen alone, so that a long text
    gives what its parts give. `most`: words at once; `longest`: tokens."""
    kinds = {"name": "person", "place": "location", "organisation": "organization",
             "address": "address"}  # fmt: skip
    vocab = wordpiece(folder, [*words, *kinds.values()], longest)
    marks = ["<<ENT>>", "<<SEP>>"]
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.add_special_tokens(marks)
    tokenizer.save(str(folder / "tokenizer.json"))
    size = len(vocab) + len(marks)
    encoder = {"model_type": "bert", "hidden_size": HIDDEN, "num_hidden_layers": 1,
               "num_attention_heads": 2, "intermediate_size": 8, "vocab_size": size,
               "max_position_embeddings": longest, "pad_token_id": 0}  # fmt: skip
    config = {"model_name": "nowhere/to-be-found", "encoder_config": encoder, "max_width": 4,
              "hidden_size": HIDDEN, "max_len": most, "span_mode": "markerV0", "num_rnn_layers": 0,
              "embed_ent_token": False, "class_token_index": size - 2, "vocab_size": size,
              "dropout": 0.0, "name": "tiny"}  # fmt: skip
    (folder / "gliner_config.json").write_text(json.dumps(config), "utf-8")
    table = np.zeros((size, HIDDEN), np.float32)
    for place, (kind, label) in enumerate(kinds.items()):
        table[vocab[label], 9 + place] = 3
        for word, said in words.items():
            called, _, part = said.partition(" ")
            if called == kind:
                table[vocab[word], 1 + 2 * place] = 3 * (part != "ends")
                table[vocab[word], 2 + 2 * place] = 3 * (part != "begins")
    save_file(_gliner_weights(table, longest), str(folder / "model.safetensors"))
    return folder


def _gliner_weights(table: Any, longest: int) -> dict[str, Any]:
    """Beginning and end of one kind together say it; what is not asked for is far from it."""
    tensors = {f"token_rep_layer.bert_layer.model.{name}": value
               for name, value in _block(table, longest).items()}  # fmt: skip
    passes = np.eye(4 * HIDDEN, HIDDEN, dtype=np.float32)
    both = np.zeros((4 * HIDDEN, 2 * HIDDEN), np.float32)
    asked = np.zeros((4 * HIDDEN, HIDDEN), np.float32)
    for place in range(4):
        both[1 + place, 1 + 2 * place] = both[1 + place, HIDDEN + 2 + 2 * place] = 1
        asked[1 + place, 9 + place] = 1
    first = np.zeros(HIDDEN, np.float32)
    first[0] = 1
    span, none = "span_rep_layer.span_rep_layer.", np.zeros(4 * HIDDEN, np.float32)
    for name, inner, lower, outer in (
        (f"{span}project_start", passes, none, 0 * first),
        (f"{span}project_end", passes, none, 0 * first),
        (f"{span}out_project", both, none - 4, -3 * first),
        ("prompt_rep_layer", asked, none, first),
    ):
        tensors |= {f"{name}.0.weight": inner.copy(), f"{name}.0.bias": lower.copy()}
        tensors |= {f"{name}.3.weight": passes.T.copy(), f"{name}.3.bias": outer.copy()}
    return tensors
