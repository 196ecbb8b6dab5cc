from mmengine.config import read_base

with read_base():
    from .human_simulacra_gen_990507 import human_simulacra_datasets  # noqa: F401, F403
