"""The variants of MACM in the ablation: all agents, one agent disabled, all disabled."""

ablation_variants = [
    dict(name='whole', components=['memory', 'thinking', 'emotion']),
    dict(name='no-memory', components=['thinking', 'emotion']),
    dict(name='no-thinking', components=['memory', 'emotion']),
    dict(name='no-emotion', components=['memory', 'thinking']),
    dict(name='all-off', components=[]),
]
