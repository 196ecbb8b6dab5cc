"""A chat model that vLLM runs in this process (pip install vllm)."""

from opencompass.models import VLLMwithChatTemplate

from human_simulacra.plugin.model import Simulacrum

vllm = dict(
    type=VLLMwithChatTemplate,
    abbr='qwen2.5-7b-instruct-vllm',
    path='Qwen/Qwen2.5-7B-Instruct',
    model_kwargs=dict(tensor_parallel_size=1, enable_prefix_caching=True),
    max_out_len=256,
    batch_size=64,
    run_cfg=dict(num_gpus=1),
)

# What `opencompass --models vllm` evaluates: five methods on this model.
models = [
    dict(
        type=Simulacrum,
        abbr=vllm['abbr'] + '-' + method,
        llm=vllm,
        method=method,
        run_cfg=vllm['run_cfg'],  # OpenCompass's runners reserve GPUs by it
    )
    for method in ('none', 'prompt', 'rag', 'macm', 'shuffled')
]
