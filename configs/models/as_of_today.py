"""The control of experiments at a point in time: the same methods, which know the whole life as of today."""

from mmengine.config import read_base

from human_simulacra.plugin.model import Simulacrum

with read_base():
    from .embedded import embedded
    from .methods import embedded_methods

today_models = [
    dict(type=Simulacrum, abbr='smollm2-' + entry['method'] + '-today', llm=embedded, concurrency=2, as_of='today', **entry)
    for entry in embedded_methods
    if entry['method'] in ('prompt', 'macm')
]
