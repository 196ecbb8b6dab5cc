"""A chat model that transformers runs in this process, with dynamic batching."""

from opencompass.models import HuggingFacewithChatTemplate

from human_simulacra.plugin.model import Simulacrum

huggingface = dict(
    type=HuggingFacewithChatTemplate,
    abbr='qwen2.5-7b-instruct-hf',
    path='Qwen/Qwen2.5-7B-Instruct',
    max_out_len=256,
    batch_size=16,
    run_cfg=dict(num_gpus=1),
)

# What `opencompass --models huggingface` evaluates: five methods on this model.
models = [
    dict(
        type=Simulacrum,
        abbr=huggingface['abbr'] + '-' + method,
        llm=huggingface,
        method=method,
        run_cfg=huggingface['run_cfg'],  # OpenCompass's runners reserve GPUs by it
    )
    for method in ('none', 'prompt', 'rag', 'macm', 'shuffled')
]
