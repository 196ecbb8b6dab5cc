"""The self report with a model that is no simulacrum, with the persona in the prompt and without, on the sample 'quick'.

Replace `stock` by any OpenCompass model config. For all questions, import `.datasets.self_report_prompts`.
"""

from mmengine.config import read_base

with read_base():
    from opencompass.configs.models.qwen2_5.hf_qwen2_5_0_5b_instruct import models as stock

    from .datasets.self_report_prompts_quick import self_report_prompts_datasets
    from .summarizers.prompts import summarizer
    from .summarizers.run import eval, infer

# Without this, OpenCompass puts the persona into the user message.
with_system_message = dict(
    round=[dict(role='HUMAN', api_role='HUMAN'), dict(role='BOT', api_role='BOT', generate=True)],
    reserved_roles=[dict(role='SYSTEM', api_role='SYSTEM')],
)
datasets = self_report_prompts_datasets
models = [dict(model, meta_template=with_system_message) for model in stock]
work_dir = 'outputs/stock_dataset'
