"""Writes and reads a MicroMoe as GGUF v3: Q8_0 matrices, F32 norms and gates."""

from pathlib import Path

import gguf
import numpy as np
import torch

from micro import vocabulary
from micro.model import MicroMoe, Shape

Q8, F32 = gguf.GGMLQuantizationType.Q8_0, gguf.GGMLQuantizationType.F32


def tensors(model: MicroMoe) -> dict[str, torch.Tensor]:
    """Views of the weights under llama.cpp's names, rows last."""
    found = {
        "token_embd.weight": model.embedding.weight,
        "output_norm.weight": model.norm.weight,
        "output.weight": model.head.weight,
    }
    for n, block in enumerate(model.blocks):
        a, e, f = block.attention, block.experts, model.shape.expert_width
        found |= {
            f"blk.{n}.attn_norm.weight": block.attention_norm.weight,
            f"blk.{n}.attn_q.weight": a.q.weight,
            f"blk.{n}.attn_k.weight": a.k.weight,
            f"blk.{n}.attn_v.weight": a.v.weight,
            f"blk.{n}.attn_output.weight": a.output.weight,
            f"blk.{n}.ffn_norm.weight": block.experts_norm.weight,
            f"blk.{n}.ffn_gate_inp.weight": e.router.weight,  # [E + null experts, D]
            f"blk.{n}.ffn_gate_exps.weight": e.gate_up[:, :f],  # [E, F, D]
            f"blk.{n}.ffn_up_exps.weight": e.gate_up[:, f:],  # [E, F, D]
            f"blk.{n}.ffn_down_exps.weight": e.down,  # [E, D, F]
        }
        if model.shape.shared_width:
            half = model.shape.shared_width
            found |= {
                f"blk.{n}.ffn_gate_shexp.weight": e.shared_gate_up[:half],
                f"blk.{n}.ffn_up_shexp.weight": e.shared_gate_up[half:],
                f"blk.{n}.ffn_down_shexp.weight": e.shared_down,
            }
    return {name: t.detach() for name, t in found.items()}


def quantised(name: str) -> bool:
    return "norm" not in name and "ffn_gate_inp" not in name


def write(model: MicroMoe, name: str, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    writer = gguf.GGUFWriter(path, model.shape.kind)
    _describe(writer, name, model.shape)
    _add_tokenizer(writer)
    for tensor_name, tensor in tensors(model).items():
        array = np.ascontiguousarray(tensor.numpy(), dtype=np.float32)
        if "_exps" in tensor_name:
            array = _with_null_experts(array, model.shape.null_experts)
        if quantised(tensor_name):
            writer.add_tensor(tensor_name, gguf.quants.quantize(array, Q8), raw_dtype=Q8)
        else:
            writer.add_tensor(tensor_name, array, raw_dtype=F32)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def _with_null_experts(experts: np.ndarray, count: int) -> np.ndarray:
    """Experts of zeros at the end, which any engine computes to nothing and ours does not compute."""
    return np.concatenate([experts, np.zeros((count, *experts.shape[1:]), dtype=np.float32)])


def _describe(writer: gguf.GGUFWriter, name: str, shape: Shape) -> None:
    writer.add_name(name)
    writer.add_author("The Parley authors")
    writer.add_license("apache-2.0")
    writer.add_block_count(shape.layers)
    writer.add_context_length(shape.context)
    writer.add_embedding_length(shape.width)
    writer.add_feed_forward_length(shape.expert_width)
    if shape.shared_width:
        writer.add_leading_dense_block_count(0)
        writer.add_expert_feed_forward_length(shape.expert_width)
        writer.add_expert_shared_count(shape.shared_width // shape.expert_width)
        writer.add_expert_weights_scale(1.0)
    writer.add_head_count(shape.heads)
    writer.add_head_count_kv(shape.heads)
    writer.add_layer_norm_rms_eps(shape.epsilon)
    writer.add_rope_dimension_count(shape.head_width)
    writer.add_rope_freq_base(shape.rope_base)
    writer.add_expert_count(shape.choices)
    writer.add_expert_used_count(shape.used)
    writer.add_vocab_size(vocabulary.SIZE)
    writer.add_file_type(gguf.LlamaFileType.MOSTLY_Q8_0)


def _add_tokenizer(writer: gguf.GGUFWriter) -> None:
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("gpt-2")
    writer.add_token_list(vocabulary.token_texts())
    writer.add_token_types(vocabulary.token_types())
    writer.add_token_merges([vocabulary.NEVER_MERGE])
    writer.add_eos_token_id(vocabulary.END)
    writer.add_pad_token_id(vocabulary.PAD)
    writer.add_add_bos_token(False)
    writer.add_chat_template(vocabulary.TEMPLATE)


@torch.no_grad()
def read_into(model: MicroMoe, path: Path) -> MicroMoe:
    """Replaces the model's weights by the file's dequantised ones."""
    targets = tensors(model)
    for stored in gguf.GGUFReader(path).tensors:
        target = targets.pop(stored.name)
        array = gguf.quants.dequantize(stored.data, stored.tensor_type)
        array = array.reshape(-1, *target.shape[1:])[: len(target)]  # without null experts
        target.copy_(torch.from_numpy(array.copy()))
    if targets:
        raise ValueError(f"{path} lacks {sorted(targets)}")
    return model
