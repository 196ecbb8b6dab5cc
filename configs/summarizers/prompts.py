"""OpenCompass's own table for `configs/datasets/self_report_prompts.py`: score, accuracy and unparseable replies."""

from opencompass.summarizers import DefaultSummarizer

summarizer = dict(
    type=DefaultSummarizer,
    dataset_abbrs=[
        [question_type + suffix, metric]
        for suffix in ('-persona', '-no-persona')
        for question_type in ('cloze', 'single_choice', 'multiple_choice')
        for metric in ('score', 'accuracy', 'unparseable')
    ],
)
