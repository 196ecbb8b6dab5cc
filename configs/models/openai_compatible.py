"""A model behind an OpenAI-compatible endpoint. The key is read from OPENAI_API_KEY and never written to a config."""

from opencompass.models import OpenAISDK

from human_simulacra.plugin.model import Simulacrum

openai_compatible = dict(
    type=OpenAISDK,
    abbr='gpt-4o-mini',
    path='gpt-4o-mini',
    openai_api_base='https://api.openai.com/v1',  # any other server: vLLM, llama.cpp, SGLang, ...
    key='ENV',
    max_out_len=256,
    timeout=120,
)

# What `opencompass --models openai_compatible` evaluates: five methods on this model.
models = [
    dict(type=Simulacrum, abbr=openai_compatible['abbr'] + '-' + method, llm=openai_compatible, method=method, concurrency=16)
    for method in ('none', 'prompt', 'rag', 'macm', 'shuffled')
]
