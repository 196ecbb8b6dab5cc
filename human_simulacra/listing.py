"""What `human-simulacra list` prints: the names that other commands take."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from human_simulacra.library import Library
from human_simulacra.results.run_listing import list_run_folders

MODEL_FORMS = {
    "openai/NAME": "a model behind OpenAI's API or a compatible server (--base-url), with the key in OPENAI_API_KEY",
    "azure/DEPLOYMENT": "a deployment of the Azure resource in AZURE_OPENAI_ENDPOINT, with the key in AZURE_OPENAI_API_KEY",
    "hf/NAME": "a Hugging Face model in this process",
    "vllm/NAME": "a model that vLLM runs in this process",
    "gguf/PATH": "a GGUF file in llama.cpp",
    "embedded": "the packaged 135-million-parameter model, which only checks that everything runs",
    "CONFIG.py[:NAME]": "any OpenCompass model config",
}
METHODS = {
    "macm": "the Multi-Agent Cognitive Mechanism: memory, thinking and emotion before the answer",
    "rag": "the persona, and retrieved chunks of the life story",
    "prompt": "the persona only",
    "none": "no persona",
    "shuffled": "the control: the persona of another person",
}


def list_names(what: str | None, data: str | None, work_dir: str) -> Iterator[str]:
    """Yields lines with names and what they mean.

    Args:
        what: `characters`, `experiments`, `methods`, `models` or `runs`; None for all but runs.
        data: The data folder; None for the dataset package.
        work_dir: The folder under which runs are looked for.

    Raises:
        UserError: If the data folder cannot be read.
    """
    tables = {
        "characters": lambda: _characters(data),
        "experiments": _experiments,
        "methods": lambda: METHODS,
        "models": lambda: MODEL_FORMS,
        "runs": lambda: _runs(Path(work_dir)),
    }
    for name, table in tables.items():
        if what == name or (what is None and name != "runs"):
            rows = table()
            width = max(map(len, rows), default=0)
            yield from ([f"{name}:"] if what is None else [])
            yield from (f"{key:{width}}  {meaning}" for key, meaning in rows.items())
            yield from ([f"no runs in {work_dir}"] if not rows else [""] if what is None else [])


def _experiments() -> dict[str, str]:
    from human_simulacra.experiments.registry import EXPERIMENTS  # imports every experiment, which other lists do not need

    return {name: found.title for name, found in EXPERIMENTS.items()}


def _characters(data: str | None) -> dict[str, str]:
    library = Library(data)
    people = map(library.character, library.ids)
    return {who.id: f"{who.name}, {who.age}, {who.occupation}" for who in people}


def _runs(folder: Path) -> dict[str, str]:
    """Returns the folders of runs, which models each compares, and the state of what is not complete."""
    return {str(path): _describe_run(path) for path in list_run_folders(folder)}


def _describe_run(path: Path) -> str:
    from human_simulacra.run_viewer.run_card import COMPLETE, read_card

    card = read_card(path.name, path)
    models = ", ".join(card.models or ())
    return models if card.state == COMPLETE else f"{card.state}: {models}" if card.is_comparable else card.state
