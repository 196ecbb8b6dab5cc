"""Judge models of the observer report. Use three or more, none of them a model under test."""

from human_simulacra.plugin.llama_cpp import LlamaCpp

# The embedded model only checks that the pipeline runs. It cannot tell the characters apart, so it is not admitted as a
# judge, and the report says to ignore its scores.
judges = [dict(type=LlamaCpp, abbr="smollm2-135m-judge")]

# Judges behind an API (key from OPENAI_API_KEY); with this max_seq_len they read the whole life story (25,000 tokens):
#
# from opencompass.models import OpenAISDK
#
# judges = [
#     dict(type=OpenAISDK, abbr='judge-one', path='gpt-4.1', key='ENV', max_seq_len=128000, timeout=120,
#          openai_api_base='https://api.openai.com/v1'),
#     dict(type=OpenAISDK, abbr='judge-two', path='Qwen/Qwen2.5-72B-Instruct', key='ENV', max_seq_len=32768, timeout=120,
#          openai_api_base='http://localhost:8000/v1'),
#     dict(type=OpenAISDK, abbr='judge-three', path='mistralai/Mistral-Small-3.1-24B-Instruct-2503', key='ENV',
#          max_seq_len=32768, timeout=120, openai_api_base='http://localhost:8001/v1'),
# ]
