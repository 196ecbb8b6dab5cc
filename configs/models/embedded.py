"""The embedded backbone: SmolLM2-135M-Instruct on the CPU, without a key or a download beyond the package index."""

from mmengine.config import read_base

from human_simulacra.plugin.llama_cpp import LlamaCpp
from human_simulacra.plugin.model import Simulacrum

with read_base():
    from .methods import embedded_methods

embedded = dict(type=LlamaCpp, abbr='smollm2-135m', max_out_len=48)

# Five methods on this model. The embedded server answers one request at a time, so more concurrency would not help.
models = [
    dict(type=Simulacrum, abbr='smollm2-' + entry['method'], llm=embedded, concurrency=2, **entry)
    for entry in embedded_methods
]
