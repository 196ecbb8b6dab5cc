"""The variants of MACM that the ablation compares: whole, one agent off at a time, all off."""

ablation_variants = [
    dict(name='whole', components=['memory', 'thinking', 'emotion']),
    dict(name='no-memory', components=['thinking', 'emotion']),
    dict(name='no-thinking', components=['memory', 'emotion']),
    dict(name='no-emotion', components=['memory', 'thinking']),
    dict(name='all-off', components=[]),
]
