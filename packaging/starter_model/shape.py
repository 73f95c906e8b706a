"""The shape of the starter model: its tokenizer, chat template and Llama configuration."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import GenerationConfig, LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

PAD, END, BEGIN = "<|pad|>", "<|end|>", "<|begin|>"
ROLES = ("system", "user", "assistant", "tool")
SPECIAL = (PAD, END, BEGIN, *(f"<|{role}|>" for role in ROLES))
VOCABULARY = 4096
CONTEXT = 512

# A space follows each role token, so that a word is the same tokens wherever it stands.
TEMPLATE = """\
{%- macro text(content) -%}
{%- if content is string -%}{{ content | trim }}
{%- elif content -%}{%- for part in content -%}{{ (part.text or '') | trim }}{%- endfor -%}
{%- endif -%}
{%- endmacro -%}
{%- for message in messages -%}
{%- if message.role not in ['system', 'user', 'assistant', 'tool'] -%}
{{- raise_exception('Unknown role: ' + message.role) -}}
{%- endif -%}
{{- '<|' + message.role + '|>' -}}
{%- if message.role == 'assistant' -%}
{%- generation -%}
{{- ' ' + text(message.content) -}}
{%- if message.tool_calls -%}{{- ' ' + (message.tool_calls | tojson) -}}{%- endif -%}
{{- '<|end|>' -}}
{%- endgeneration -%}
{%- else -%}
{{- ' ' + text(message.content) + '<|end|>' -}}
{%- endif -%}
{%- endfor -%}
{%- if add_generation_prompt -%}{{- '<|assistant|>' -}}{%- endif -%}
"""


def make_tokenizer(texts: Iterable[str]) -> PreTrainedTokenizerFast:
    """A byte-level BPE in which every digit is a token of its own."""
    backend = Tokenizer(models.BPE())
    backend.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Digits(individual_digits=True),
            pre_tokenizers.ByteLevel(add_prefix_space=False),
        ]
    )
    backend.decoder = decoders.Sequence([decoders.ByteLevel(), decoders.Strip(" ", 1, 0)])
    trainer = trainers.BpeTrainer(
        vocab_size=VOCABULARY,
        special_tokens=list(SPECIAL),
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    backend.train_from_iterator(texts, trainer)
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=backend,
        pad_token=PAD,
        eos_token=END,
        bos_token=BEGIN,
        additional_special_tokens=[f"<|{role}|>" for role in ROLES],
        model_max_length=CONTEXT,
        clean_up_tokenization_spaces=False,
        padding_side="right",
    )
    tokenizer.chat_template = TEMPLATE
    return tokenizer


def make_model(vocabulary: int) -> LlamaForCausalLM:
    """A fresh model with random weights."""
    config = LlamaConfig(
        vocab_size=vocabulary,
        hidden_size=256,
        intermediate_size=688,
        num_hidden_layers=6,
        num_attention_heads=8,
        num_key_value_heads=4,
        max_position_embeddings=CONTEXT,
        tie_word_embeddings=True,
        attn_implementation="sdpa",
        pad_token_id=SPECIAL.index(PAD),
        eos_token_id=SPECIAL.index(END),
        bos_token_id=SPECIAL.index(BEGIN),
    )
    return LlamaForCausalLM(config)


def save(model: LlamaForCausalLM, tokenizer: PreTrainedTokenizerFast, folder: Path) -> None:
    """Write the model in half precision, with its tokenizer and generation settings."""
    import torch

    half = make_model(model.config.vocab_size)
    half.load_state_dict(model.state_dict())
    half = half.to(torch.float16)
    half.generation_config = GenerationConfig(
        do_sample=True,
        temperature=0.4,
        top_p=0.95,
        max_new_tokens=96,
        pad_token_id=SPECIAL.index(PAD),
        eos_token_id=SPECIAL.index(END),
        bos_token_id=SPECIAL.index(BEGIN),
    )
    half.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
