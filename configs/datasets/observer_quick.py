"""The observer report on the sample 'quick': two situations, two characters, short answers and judge prompts."""

from mmengine.config import read_base

with read_base():
    from .observer import observer_datasets

observer_datasets = [dict(observer_datasets[0], sample='quick')]
observer_datasets[0]['infer_cfg']['inferencer']['max_out_len'] = 64
observer_datasets[0]['eval_cfg']['evaluator'].update(reading_tokens=800, statements=3)
