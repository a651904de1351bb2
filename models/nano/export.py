"""Writes a checkpoint as a GGUF file that llama.cpp and surecall read.

    python -m nano.export RUN_FOLDER/checkpoint.pt surecall-nano.gguf [--type Q8_0|F16|F32]
"""

import argparse
from pathlib import Path

import gguf
import numpy as np
import torch

from .model import Model, Shape
from .tokenizer import PRINTED_TOKENS, SPECIAL_TOKENS, Tokenizer

CONTEXT = 4096
TEMPLATE = Path(__file__).with_name("chat_template.jinja")
TYPES = {"Q8_0": gguf.GGMLQuantizationType.Q8_0, "F16": gguf.GGMLQuantizationType.F16, "F32": gguf.GGMLQuantizationType.F32}
FILE_TYPES = {"Q8_0": 7, "F16": 1, "F32": 0}
LAYER_NAMES = {
    "attention_norm.weight": "attn_norm", "query_norm.weight": "attn_q_norm", "key_norm.weight": "attn_k_norm", "feed_norm.weight": "ffn_norm",
    "query": "attn_q", "key": "attn_k", "value": "attn_v", "output": "attn_output", "gate": "ffn_gate", "up": "ffn_up", "down": "ffn_down",
}


def load(file: str) -> Model:
    stored = torch.load(file, map_location="cpu", weights_only=True)
    model = Model(Shape(**stored["shape"]))
    model.load_state_dict(stored["model"])
    return model


def describe(writer: gguf.GGUFWriter, shape: Shape, kind: str) -> None:
    writer.add_name("surecall-nano")
    writer.add_description("A small model that calls functions, trained from scratch on synthetic calls. Recipe: models/nano in surecall's repository.")
    writer.add_license("MIT")
    writer.add_block_count(shape.layers)
    writer.add_context_length(CONTEXT)
    writer.add_embedding_length(shape.width)
    writer.add_feed_forward_length(shape.inner)
    writer.add_head_count(shape.heads)
    writer.add_head_count_kv(shape.heads)
    writer.add_key_length(shape.head)
    writer.add_value_length(shape.head)
    writer.add_rope_freq_base(shape.rope_base)
    writer.add_layer_norm_rms_eps(shape.epsilon)
    writer.add_file_type(FILE_TYPES[kind])
    writer.add_vocab_size(shape.vocabulary)


def add_tokenizer(writer: gguf.GGUFWriter, tokenizer: Tokenizer) -> None:
    types = [gguf.TokenType.NORMAL] * len(tokenizer)
    for i in range(tokenizer.regular, len(tokenizer)):
        unused = tokenizer.tokens[i] not in SPECIAL_TOKENS
        printed = tokenizer.tokens[i] in PRINTED_TOKENS
        types[i] = gguf.TokenType.UNUSED if unused else gguf.TokenType.USER_DEFINED if printed else gguf.TokenType.CONTROL
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("qwen2")
    writer.add_token_list(tokenizer.tokens)
    writer.add_token_types(types)
    writer.add_token_merges(tokenizer.merges)
    writer.add_eos_token_id(tokenizer.ids["<|im_end|>"])
    writer.add_pad_token_id(tokenizer.ids["<|endoftext|>"])
    writer.add_add_bos_token(False)
    writer.add_chat_template(TEMPLATE.read_text())


def add_tensors(writer: gguf.GGUFWriter, model: Model, kind: str) -> None:
    def add(name: str, tensor: torch.Tensor) -> None:
        values = tensor.detach().float().numpy()
        if values.ndim == 1 or kind == "F32":
            writer.add_tensor(name, values.astype(np.float32))
        elif kind == "F16":
            writer.add_tensor(name, values.astype(np.float16))
        else:
            writer.add_tensor(name, gguf.quants.quantize(values.astype(np.float32), TYPES[kind]), raw_dtype=TYPES[kind])

    add("token_embd.weight", model.embedding)
    add("output_norm.weight", model.norm.weight)
    for index, layer in enumerate(model.layers):
        for own, name in LAYER_NAMES.items():
            add(f"blk.{index}.{name}.weight", layer.state_dict()[own])


def export(model: Model, file: str, kind: str) -> None:
    writer = gguf.GGUFWriter(file, "qwen3")
    describe(writer, model.shape, kind)
    add_tokenizer(writer, Tokenizer())
    add_tensors(writer, model, kind)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkpoint")
    parser.add_argument("file")
    parser.add_argument("--type", choices=list(TYPES), default="Q8_0")
    options = parser.parse_args()
    export(load(options.checkpoint), options.file, options.type)
    print(f"{options.file}: {Path(options.file).stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
