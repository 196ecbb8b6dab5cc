"""A chat model that transformers runs in this process, with dynamic batching."""

from opencompass.models import HuggingFacewithChatTemplate

huggingface = dict(
    type=HuggingFacewithChatTemplate,
    abbr='qwen2.5-7b-instruct-hf',
    path='Qwen/Qwen2.5-7B-Instruct',
    max_out_len=256,
    batch_size=16,
    run_cfg=dict(num_gpus=1),
)
