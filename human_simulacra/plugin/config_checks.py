"""Validates an evaluation config before any model is called; every error is one sentence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from datasets import Dataset
from mmengine.config import Config

from human_simulacra.errors import UserError, located
from human_simulacra.experiments.base import CONVERSATION
from human_simulacra.library import Library
from human_simulacra.library_as_of import LibraryAsOf
from human_simulacra.likelihood_choice import NO_ABSTENTION
from human_simulacra.persona import shuffled_character
from human_simulacra.plugin.config_classes import experiment_dataset_class, experiment_names, find_subclass, has_type
from human_simulacra.plugin.config_schema import check_shape
from human_simulacra.plugin.config_source import check_keys
from human_simulacra.plugin.evaluator import ExperimentEvaluator
from human_simulacra.plugin.inferencer import SimulacrumInferencer
from human_simulacra.plugin.llm_config import resolve_answering, type_name
from human_simulacra.plugin.llm_schema import find_class
from human_simulacra.plugin.model import Simulacrum
from human_simulacra.plugin.partition_checks import check_partitions
from human_simulacra.plugin.primary_checks import check_primary
from human_simulacra.plugin.prompt_dataset import PromptDataset
from human_simulacra.plugin.ray_runner import check_ray
from human_simulacra.plugin.run_arguments import check_no_space
from human_simulacra.plugin.secret_checks import check_no_secrets
from human_simulacra.plugin.stimulus_serialization import decode_stimulus
from human_simulacra.plugin.summarizer import RunSummarizer
from human_simulacra.point_in_time import find_point


def check_run(config: Config, file: str, work_dir: Path) -> list[tuple[Mapping[str, Any], Dataset]]:
    """Checks a run: output folder, secrets, models, methods, datasets, primary comparisons and the characters' files.

    Returns:
        The config and the rows of each experiment's dataset.

    Raises:
        UserError: At the first error found.
    """
    for folder in (work_dir, Path.cwd()):
        check_no_space(folder)
    check_form(config, file)
    check_ray(config, file)
    libraries = [Library(model.get("data")) for model in _simulacra(config)]
    loaded = _load_datasets(config, file)
    check_partitions(config, loaded)
    _check_models_fit(config, loaded)
    if find_subclass(config.get("summarizer") or {}, RunSummarizer):  # OpenCompass's own has a line for each dataset
        _check_no_question_twice(loaded)
    _check_not_knowing(config, loaded)
    characters = {str(character) for _, rows in loaded for character in rows["character"]}
    check_primary(config, experiment_names(config))
    check_repetitions(config)
    points = _points_in_time(loaded) if libraries else []
    for model, library in zip(_simulacra(config), libraries, strict=True):
        for character in characters:
            library.check(character)
            if model.get("method", "macm") in ("rag", "macm"):
                library.memories(character)
            if model.get("method") == "shuffled":
                shuffled_character(library, character, model.get("seed", 0))
        for character, of_row in points:
            if as_of := find_point(model.get("as_of"), of_row):
                with located(f"{file}, model '{model['abbr']}'"):
                    LibraryAsOf(library, as_of).character(character)  # which refuses a point that is not of this life
    return loaded


def check_form(config: Config, file: str) -> None:
    """Checks what a config says, without the data that it names; raises a UserError at the first error found."""
    check_no_secrets(config.to_dict(), file)
    check_shape(dict(config.items()), file)
    check_keys(config.to_dict(), file)
    check_abbrs(config, file)


def check_abbrs(config: Config, file: str) -> None:
    """Raises a UserError if two models or datasets share an abbr: OpenCompass would mix up their answers."""
    for key in ("models", "datasets"):
        seen = set()
        for place, entry in enumerate(config[key]):
            abbr = entry.get("abbr")
            if not isinstance(abbr, str) or not abbr or "/" in abbr or " " in abbr:
                raise UserError(f"{file}: {key}[{place}] needs an abbr without spaces or slashes, not {abbr!r}")
            if abbr in seen:
                raise UserError(f"{file}: two entries of '{key}' have the abbr '{abbr}': make it unique")
            seen.add(abbr)


def check_repetitions(config: Config) -> None:
    """Raises a UserError if rows are repeated at temperature 0, where every repetition gives the same answer."""
    for dataset in config["datasets"]:
        runs = dataset.get("runs", 1)
        for model in _simulacra(config) if experiment_dataset_class(dataset) and runs != 1 else ():
            if not model.get("temperature"):
                raise UserError(
                    f"dataset '{dataset['abbr']}' has runs={runs}, but model '{model['abbr']}' has temperature 0, where "
                    "all runs give the same answers: set its temperature above 0, or runs=1"
                )


def _simulacra(config: Config) -> Iterator[Mapping[str, Any]]:
    return (model for model in config["models"] if has_type(model, Simulacrum))


def _load_datasets(config: Config, file: str) -> list[tuple[Mapping[str, Any], Dataset]]:
    """Loads every experiment's dataset, checks its evaluator and inferencer, and returns each config with its rows."""
    loaded = []
    for dataset in config["datasets"]:
        if kind := experiment_dataset_class(dataset):
            with located(f"{file}, dataset '{dataset['abbr']}'"):
                rows = kind.load_config(dataset)
            here = {str(character) for character in rows["character"]}
            evaluator = (dataset.get("eval_cfg") or {}).get("evaluator") or {}
            if evaluator_class := find_subclass(evaluator, ExperimentEvaluator):
                settings = {key: value for key, value in evaluator.items() if key != "type"}
                evaluator_class.check(settings, here, len(config["models"]), f"dataset '{dataset.get('abbr')}', evaluator")
            if CONVERSATION in rows.column_names:
                _check_inferencer(dataset)
            loaded.append((dataset, rows))
    return loaded


def _points_in_time(loaded: Sequence[tuple[Mapping[str, Any], Dataset]]) -> list[tuple[str, str]]:
    """Returns each character and point in time that rows name, once; the point is empty for today."""
    stimuli = (decode_stimulus(text) for _, rows in loaded for text in rows["envelope"])
    return list(dict.fromkeys((stimulus.character, stimulus.as_of) for stimulus in stimuli))


def _check_no_question_twice(loaded: Sequence[tuple[Mapping[str, Any], Dataset]]) -> None:
    """Raises a UserError if two datasets ask the same question of an experiment, whose answers tables would add up."""
    asked: dict[tuple[str, str], str] = {}
    for dataset, rows in loaded:
        for key in dict.fromkeys(zip(rows["experiment"], rows["id"], strict=True)):
            if key in asked:
                raise UserError(
                    f"datasets '{asked[key]}' and '{dataset['abbr']}' both ask question '{key[1]}', and the tables of a run "
                    "would add up its answers: give each a run of its own"
                )
            asked[key] = dataset["abbr"]


def _check_models_fit(config: Config, loaded: Sequence[tuple[Mapping[str, Any], Dataset]]) -> None:
    """Raises a UserError if a dataset's rows are for simulacra and a model is none, or the other way round."""
    for dataset, _ in loaded:
        ours = find_subclass(dataset["infer_cfg"]["inferencer"], SimulacrumInferencer)
        prompts = find_subclass(dataset, PromptDataset)
        for model in config["models"]:
            simulacrum = issubclass(find_class(model["type"]) or object, Simulacrum)
            where = f"model '{model['abbr']}' and dataset '{dataset['abbr']}' do not fit"
            if ours and not simulacrum:
                raise UserError(
                    f"{where}: its rows are for simulacra. Wrap the model, dict(type=Simulacrum, llm=...), or take the datasets "
                    "of configs/datasets/self_report_prompts.py, which any model can answer"
                )
            if prompts and simulacrum:
                raise UserError(
                    f"{where}: its rows hold the whole prompt. Take the datasets of configs/datasets/self_report.py for a "
                    "Simulacrum, or give the model that it wraps"
                )


def _check_not_knowing(config: Config, loaded: Sequence[tuple[Mapping[str, Any], Dataset]]) -> None:
    """Raises a UserError if a question with the option of not knowing goes to a model that answers by log-likelihood."""
    offering = [d["abbr"] for d, rows in loaded if any(decode_stimulus(text).abstain_option for text in rows["envelope"])]
    for model in _simulacra(config) if offering else ():
        where = f"model '{model['abbr']}'"
        if resolve_answering(model["llm"], model.get("answering"), where) == "likelihood":
            raise UserError(f"dataset '{offering[0]}' offers not knowing, but {where} answers by log-likelihood: {NO_ABSTENTION}")


def _check_inferencer(dataset: Mapping[str, Any]) -> None:
    """Raises a UserError if a dataset of conversations has an inferencer that would drop the earlier turns."""
    inferencer = dataset["infer_cfg"]["inferencer"]
    if not find_subclass(inferencer, SimulacrumInferencer):
        raise UserError(
            f"dataset '{dataset['abbr']}' contains conversations, which {type_name(inferencer)} does not support: "
            "set inferencer=dict(type=SimulacrumInferencer) in its infer_cfg"
        )
