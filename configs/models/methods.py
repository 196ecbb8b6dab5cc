"""The methods that the main job compares: abbr, method and its parameters."""

# The paper's Memory agent reads the whole index of summaries, which a model as small as the embedded one cannot use and
# pays for with every prompt; its retrieval is therefore the hybrid index. Larger backbones take retriever='llm'.
embedded_methods = [
    dict(method='none', method_kwargs=dict()),
    dict(method='prompt', method_kwargs=dict()),
    dict(method='rag', method_kwargs=dict(k=2)),
    dict(method='macm', method_kwargs=dict(retriever='hybrid', memories=2)),
    dict(method='shuffled', method_kwargs=dict()),
]

methods = [dict(method=name, method_kwargs=dict()) for name in ('none', 'prompt', 'rag', 'macm', 'shuffled')]
