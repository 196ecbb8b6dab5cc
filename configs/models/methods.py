"""The compared methods with their parameters."""

# The paper's Memory agent reads the whole index of summaries with every prompt, which the small embedded model cannot use;
# it uses hybrid retrieval instead. Larger backbones use the default retriever='llm'.
embedded_methods = [
    dict(method='none', method_kwargs=dict()),
    dict(method='prompt', method_kwargs=dict()),
    dict(method='rag', method_kwargs=dict(k=2)),
    dict(method='macm', method_kwargs=dict(retriever='hybrid', memories=2)),
    dict(method='shuffled', method_kwargs=dict()),
]

methods = [dict(method=name, method_kwargs=dict()) for name in ('none', 'prompt', 'rag', 'macm', 'shuffled')]
