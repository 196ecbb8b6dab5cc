"""The embedded backbone: SmolLM2-135M-Instruct on the CPU, without a key or a download beyond the package index."""

from human_simulacra.plugin.llama_cpp import LlamaCpp

embedded = dict(type=LlamaCpp, abbr='smollm2-135m', max_out_len=48)
