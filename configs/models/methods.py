"""The compared methods, with their parameters for the embedded model."""

# The small embedded model can neither choose among memories nor write two labelled lines: an index chooses the memories, and
# thoughts and feelings are two calls. Other backbones use the defaults.
embedded_methods = [
    dict(method='none', method_kwargs=dict()),
    dict(method='prompt', method_kwargs=dict()),
    dict(method='rag', method_kwargs=dict(k=2)),
    dict(method='macm', method_kwargs=dict(retriever='hybrid', memories=2, agents='separate')),
    dict(method='shuffled', method_kwargs=dict()),
]
