"""The second reader: a model that reads replies in free words, cloze answers too, and every stance; None for the rules alone."""

reader_llm = None

# A reader behind an API (key from OPENAI_API_KEY). It reads short prompts:
#
# from opencompass.models import OpenAISDK
#
# reader_llm = dict(type=OpenAISDK, abbr='gpt-4.1-mini', path='gpt-4.1-mini', key='ENV', timeout=120,
#                   openai_api_base='https://api.openai.com/v1')
