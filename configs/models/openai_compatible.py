"""A model behind an OpenAI-compatible endpoint. The key is read from OPENAI_API_KEY and never written to a config."""

from opencompass.models import OpenAISDK

openai_compatible = dict(
    type=OpenAISDK,
    abbr='gpt-4o-mini',
    path='gpt-4o-mini',
    openai_api_base='https://api.openai.com/v1',  # any other server: vLLM, llama.cpp, SGLang, ...
    key='ENV',
    max_out_len=256,
    timeout=120,
)
