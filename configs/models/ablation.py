"""The variants of MACM in the ablation: orders of its agents, and agents disabled."""

ablation_variants = [
    dict(name='recall-first'),
    dict(name='parallel', order='parallel'),
    dict(name='joint', agents='joint'),
    dict(name='no-memory', components=['thinking', 'emotion']),
    dict(name='no-thinking', components=['memory', 'emotion']),
    dict(name='no-emotion', components=['memory', 'thinking']),
    dict(name='all-off', components=[]),
]
