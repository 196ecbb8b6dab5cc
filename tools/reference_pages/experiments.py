"""The page of experiments: their datasets, evaluators, inferencers and the summarizer of a run."""

from __future__ import annotations

import pkgutil
from collections.abc import Iterator
from importlib import import_module

from human_simulacra import plugin
from human_simulacra.experiments.registry import EXPERIMENTS
from human_simulacra.experiments.samples import SAMPLES, describe_rows
from human_simulacra.plugin.dataset import ExperimentDataset
from human_simulacra.plugin.evaluator import ExperimentEvaluator
from human_simulacra.plugin.inferencer import SimulacrumInferencer
from human_simulacra.plugin.summarizer import RunSummarizer
from human_simulacra.results.primary_comparisons import PrimaryPlan
from reference_pages.markdown import code, escape, join_blocks, paragraphs, read_docstring, table
from reference_pages.signatures import arguments_table


def experiments_page() -> str:
    """Returns the page of experiments."""
    _import_plugin()
    classes = {kind.experiment: kind.__name__ for kind in _subclasses(ExperimentDataset)}
    overview = [
        (f"[`{name}`](#{name})", escape(found.title), code(classes[name]) if name in classes else "", escape(found.headline))
        for name, found in EXPERIMENTS.items()
    ]
    blocks = [
        "# Experiments and datasets",
        "Every experiment, the parameters of its dataset, and the classes of a config that score and summarise it.",
        table(("experiment", "title", "dataset class", "headline measure"), overview),
        "A dataset config names the experiment, `dict(type=ExperimentDataset, experiment='decisions', ...)`, or a dataset class "
        "from the table, which fixes it. Beside the parameters of its experiment, each takes:",
        arguments_table(ExperimentDataset.load, without=("experiment",)),
        "## Samples",
        table(("sample", "rows"), ((code(name), escape(describe_rows(name))) for name in SAMPLES)),
    ]
    for name, found in EXPERIMENTS.items():
        said = read_docstring(found.rows)
        blocks += [
            f"## {name}",
            f"**{escape(found.title)}.** {paragraphs(read_docstring(type(found)).text)}",
            f"The sample `quick` takes {escape(found.quick)}.",
            arguments_table(found.rows, without=("library",)),
            f"Rows: {escape(said.returns)}",
        ]
    for title, base in (("Evaluators", ExperimentEvaluator), ("Inferencers", SimulacrumInferencer)):
        blocks.append(f"## {title}")
        for kind in dict.fromkeys([base, *_subclasses(base)]):
            shown = paragraphs(read_docstring(kind).text)
            blocks += [
                f"### {kind.__name__}",
                code(f"{kind.__module__}.{kind.__name__}"),
                shown,
                arguments_table(kind, ("model",)),
            ]
    blocks += [
        "## Summarizer",
        code(f"{RunSummarizer.__module__}.{RunSummarizer.__name__}"),
        arguments_table(RunSummarizer, ("config",)),
        "`primary` takes:",
        arguments_table(PrimaryPlan),
    ]
    return join_blocks(*blocks)


def _import_plugin() -> None:
    """Imports all modules of the plugin, so that every class is known."""
    for module in pkgutil.iter_modules(plugin.__path__, f"{plugin.__name__}."):
        import_module(module.name)


def _is_abstract(kind: type) -> bool:
    return any(getattr(getattr(kind, name, None), "__isabstractmethod__", False) for name in dir(kind))


def _subclasses(base: type) -> Iterator[type]:
    """Yields the package's subclasses of a class that a config can name, sorted by name."""
    found = {kind for child in base.__subclasses__() for kind in (child, *_subclasses(child))}
    for kind in sorted(found, key=lambda kind: kind.__name__):
        if kind.__module__.startswith("human_simulacra.") and not _is_abstract(kind):
            yield kind
