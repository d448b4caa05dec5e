"""Logits of Hugging Face's transformers over tiny random checkpoints: golden values for ConverterIT.

The weights are no file: both sides compute them from names and positions (see weights). Run once by hand, with torch and
transformers 4.57.1:  python checkpoints.py ../src/test/resources/golden/checkpoints.json
What the file holds already stays as it is (last digits differ from machine to machine); take an entry out to have it computed anew.
"""
import json
import sys

import numpy as np
import torch
import transformers

WIDTH, HEADS, SHARED, LAYERS, HIDDEN, VOCABULARY, TOKENS, SHOWN = 64, 4, 2, 2, 96, 288, 24, 2
COMMON = dict(hidden_size=WIDTH, num_attention_heads=HEADS, num_key_value_heads=SHARED, num_hidden_layers=LAYERS,
              intermediate_size=HIDDEN, vocab_size=VOCABULARY, max_position_embeddings=512, rms_norm_eps=1e-5,
              rope_theta=10000.0, tie_word_embeddings=False, bos_token_id=None, eos_token_id=257, pad_token_id=None)
MIXTURE = dict(num_experts=4, num_experts_per_tok=2, moe_intermediate_size=32)
LATENT = dict(num_key_value_heads=HEADS, rms_norm_eps=1e-6, num_hidden_layers=3, first_k_dense_replace=1, n_routed_experts=8,
              moe_intermediate_size=32, kv_lora_rank=40, qk_nope_head_dim=24, qk_rope_head_dim=16, v_head_dim=32)
YARN = dict(rope_type="yarn", factor=4.0, beta_fast=8.0, beta_slow=1.0, mscale=0.707, mscale_all_dim=0.707,
            original_max_position_embeddings=128)
LLAMA3 = dict(rope_type="llama3", factor=8.0, low_freq_factor=1.0, high_freq_factor=4.0, original_max_position_embeddings=64)
CONFIGS = {
    "LlamaForCausalLM": dict(rope_scaling=LLAMA3, attention_bias=True, mlp_bias=False),
    "MistralForCausalLM": dict(sliding_window=None, head_dim=16),
    "MixtralForCausalLM": dict(num_local_experts=4, num_experts_per_tok=2, sliding_window=None),
    "Qwen2ForCausalLM": dict(use_sliding_window=False, tie_word_embeddings=True),
    "Qwen3ForCausalLM": dict(head_dim=32),
    "Qwen2MoeForCausalLM": dict(MIXTURE, shared_expert_intermediate_size=64, norm_topk_prob=False, decoder_sparse_step=1,
                                mlp_only_layers=[0]),
    "Qwen3MoeForCausalLM": dict(MIXTURE, head_dim=32, norm_topk_prob=True, decoder_sparse_step=1, mlp_only_layers=[]),
    "OlmoeForCausalLM": dict(num_experts=4, num_experts_per_tok=2, norm_topk_prob=False, num_key_value_heads=HEADS),
    "DeepseekV2ForCausalLM": dict(LATENT, q_lora_rank=48, n_shared_experts=2, num_experts_per_tok=2, topk_method="greedy",
                                  routed_scaling_factor=1.5, norm_topk_prob=False),
    "DeepseekV3ForCausalLM": dict(LATENT, q_lora_rank=48, n_shared_experts=1, num_experts_per_tok=3, n_group=4, topk_group=2,
                                  routed_scaling_factor=2.5, norm_topk_prob=True, rope_scaling=YARN, rope_interleave=True),
    "DeepseekV3ForCausalLM-halves": dict(LATENT, q_lora_rank=None, n_shared_experts=1, num_experts_per_tok=2, n_group=1,
                                         topk_group=1, routed_scaling_factor=1.0, norm_topk_prob=False, rope_interleave=False,
                                         rope_scaling=dict(YARN, beta_fast=2.0, beta_slow=0.5)),
}


def weights(name, shape):
    """splitmix64 of FNV-1a(name) + position, as a number of -0.5 to 0.5; norms and corrections of gates are about 1, matrices
    scaled by their rows."""
    seed = 0xCBF29CE484222325
    for byte in name.encode():
        seed = (seed ^ byte) * 0x100000001B3 & 0xFFFFFFFFFFFFFFFF
    count = int(np.prod(shape))
    with np.errstate(over="ignore"):
        z = np.uint64(seed) + (np.arange(count, dtype=np.uint64) + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        z = z ^ (z >> np.uint64(31))
    unit = (z >> np.uint64(40)).astype(np.float32) / np.float32(1 << 24) - np.float32(0.5)
    if "norm" in name or "correction" in name:
        return (1 + np.float32(0.4) * unit).reshape(shape)
    scale = 1.0 if len(shape) == 1 else 5.0 / np.sqrt(shape[-1])
    return (np.float32(scale) * unit).reshape(shape)


def golden(name, extra):
    settings = {**COMMON, **extra}
    name = name.split("-")[0]
    config = getattr(transformers, name.replace("ForCausalLM", "Config"))(**settings)
    config._attn_implementation = "eager"
    model = getattr(transformers, name)(config).eval()
    state = model.state_dict()
    shapes = {}
    for key, value in state.items():
        if key == "lm_head.weight" and settings["tie_word_embeddings"]:
            continue
        shapes[key] = list(value.shape)
        value.copy_(torch.from_numpy(weights(key, value.shape)))
    tokens = [(i * 37 + 11) % 256 for i in range(TOKENS)]
    with torch.no_grad():
        logits = model(torch.tensor([tokens])).logits[0, -SHOWN:]
    told = json.loads(config.to_json_string(use_diff=False))
    told["architectures"] = [name]
    keep = set(settings) | {"architectures", "rope_parameters"}
    return {"config": {k: v for k, v in told.items() if k in keep}, "shapes": shapes, "tokens": tokens,
            "logits": [[round(float(x), 5) for x in row] for row in logits]}


if __name__ == "__main__":
    torch.manual_seed(0)
    with open(sys.argv[1]) as file:
        values = json.load(file)
    values |= {name: golden(name, extra) for name, extra in CONFIGS.items() if name not in values}
    with open(sys.argv[1], "w") as file:
        json.dump(values, file, separators=(",", ":"), sort_keys=True)
        file.write("\n")
    print({name: max(map(abs, value["logits"][-1])) for name, value in values.items()})
