"""Writes the folder of a synthetic run with the data of every experiment, for tests and pictures of reports and charts."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

from human_simulacra.experiments.registry import summarise_run
from human_simulacra.experiments.self_report.experiment import SelfReport
from human_simulacra.reporting import write_manifest
from human_simulacra.results import run_folder
from human_simulacra.results.rules import RULES
from human_simulacra.results.tables import to_json
from human_simulacra.results.usage import model_cost, usage_as_dict, usage_by_model

CHARACTERS = (
    "albrecht-seidel", "emre-kalayci", "hector-villasenor", "kojo-darkwa", "lanh-pham", "magnus-tulloch", "maren-oddleif",
    "nuala-devane", "rukhsana-pathan", "sanne-verhagen", "tobi-adeyemi-hart", "yolanda-quispe",
)  # fmt: skip
METHODS = ("none", "prompt", "rag", "macm", "shuffled")
FUNCTIONS = ("Ne", "Ni", "Se", "Si", "Te", "Ti", "Fe", "Fi")
SKILL = {"none": 0.18, "prompt": 0.46, "rag": 0.63, "macm": 0.72, "shuffled": 0.12}
WORDS = (
    "the boat was green and my aunt had letters from the harbour where we baked bread every winter before the flood came".split()
)


def prose(rng: random.Random, count: int) -> str:
    words = [rng.choice(WORDS) for _ in range(count)]
    return " ".join(words).capitalize() + "."


def write_run(
    folder: Path, characters: tuple[str, ...] = CHARACTERS, methods: tuple[str, ...] = METHODS, questions: int = 5,
    seed: int = 1, reply: str | None = None, everything: bool = True, price: dict[str, float] | None = None,
) -> Path:  # fmt: skip
    """Writes a run's folder.

    Args:
        folder: The run's folder.
        characters: Ids.
        methods: Methods; one model per method.
        questions: Number of questions per character.
        seed: Seed of the random content.
        reply: The reply of every model; None for random right and wrong replies.
        everything: Whether to add personality, conformity and observer report to the self report.
        price: Price of the backbone per million tokens.
    """
    rng = random.Random(seed)
    models = [f"some-model-7b-instruct-{name}" for name in methods]
    pairs = []
    asked = _questions(random.Random(7), characters, questions)
    for model, method in zip(models, methods, strict=True):
        answers = [_answer(rng, q, method, reply) for q in asked]
        _write(folder, model, "single_choice", asked, answers, SelfReport().score_row)
        pairs.append((model, "single_choice"))
    rows = list(run_folder.read_scored_rows(folder, pairs))
    summary_folder = folder / "summary"
    summary_folder.mkdir()
    made = {s.experiment: json.loads(to_json(s)) for s in summarise_run(rows)}
    if everything:
        made["self_report"]["data"]["cells"] = [_cells(rng, m) for m in models if m.endswith(("rag", "macm"))]
        for name, summary in (("personality", personality), ("conformity", conformity), ("observer", observer)):
            made[name] = summary(rng, models, characters)
            _write(
                folder, models[-1], name, [_plain_row(name, c) for c in characters], [_said(rng) for _ in characters], _no_scores
            )
            pairs.append((models[-1], name))
    for name, summary in made.items():
        (summary_folder / f"{name}.json").write_text(to_json(summary))
    usage = usage_by_model(list(run_folder.read_scored_rows(folder, pairs)))
    prices = {model: {"top": price, "agents": price} for model in models}
    llm = {"type": "opencompass.models.OpenAISDK", "path": "some-model-7b-instruct", "price": price}
    description = {
        "rules": RULES, "folder": folder.name, "config_hash": "3f" * 32, "samples": ["core"], "pairs": pairs, "unfinished": [],
        "models": [{"abbr": m, "method": n, "method_kwargs": {"k": 3} if n == "rag" else {}, "temperature": 0.0, "seed": 0,
                    "llm": llm, "agent_llm": llm} for m, n in zip(models, methods, strict=True)],
        "datasets": [{"abbr": "single_choice", "type": "human_simulacra.plugin.dataset.SelfReportDataset",
                      "arguments": {"question_type": "single_choice", "sample": "core", "seed": 0}}],
        "data": [{"characters": 12, "fingerprint": "ab" * 32, "version": "0.1.0"}], "packages": {"human-simulacra": "0.1.0", "opencompass": "0.5.4"},
        "python": "3.11.4", "seeds": {"models": [0], "datasets": [0]}, "started": "2026-03-01T10:00:00+00:00",
        "ended": "2026-03-01T10:41:12+00:00", "sessions": 1, "wall_seconds": 2472.0, "usage": usage_as_dict(usage), "prices": prices,
        "money": {model: model_cost(agents, prices[model]) for model, agents in usage.items()},
    }  # fmt: skip
    (summary_folder / "run.json").write_text(to_json(description))
    write_manifest(folder)
    return folder


def _questions(rng: random.Random, characters: tuple[str, ...], count: int) -> list[dict[str, Any]]:
    result = []
    for character in characters:
        for number in range(count):
            result.append({
                "experiment": "self_report", "id": f"{character}-single_choice-{number + 1:02d}", "character": character,
                "type": "single_choice", "question": f"{prose(rng, 12)[:-1]}?", "options": [prose(rng, 4) for _ in range(4)],
                "answer": [rng.randrange(4)], "blind": 0.25, "evidence": [f"{character}-s{rng.randrange(60):03d}"], "source": "story", "core": True,
            })  # fmt: skip
    return result


def _answer(rng: random.Random, q: dict[str, Any], method: str, reply: str | None) -> dict[str, Any]:
    right = rng.random() < SKILL[method]
    letter = "ABCD"[q["answer"][0] if right else (q["answer"][0] + 1) % 4]
    said = reply if reply is not None else "Well, who knows." if rng.random() < 0.06 else f"{letter}. {prose(rng, 6)}"
    paragraphs = [q["evidence"][0] if right else f"{q['character']}-s099", f"{q['character']}-s{rng.randrange(60):03d}"]
    place = random.Random(q["id"] + str(rng.randrange(3)))
    memories = [{"id": f"{q['character']}-m{i:03d}", "score": 0.9 - 0.2 * i, "text": prose(place, 90), "paragraphs": paragraphs if not i else paragraphs[1:]}
                for i in range({"macm": 4, "rag": 3}.get(method, 0))]  # fmt: skip
    thoughts, feelings = (prose(rng, 28), prose(rng, 25)) if method == "macm" else ("", "")
    prompt = "\n".join([*(m["text"] for m in memories), thoughts, feelings, q["question"], *q["options"]])
    agents = ("memory", "thinking", "emotion", "top") if method == "macm" else ("top",)
    factor = {"none": 0.1, "prompt": 1.0, "shuffled": 1.0, "rag": 1.4, "macm": 1.1}[method]
    calls = [{"agent": agent, "prompt": prompt if agent == "top" else q["question"], "completion": {
        "text": said if agent == "top" else thoughts, "prompt_tokens": int(factor * rng.randrange(1100, 1400)), "cached_tokens": 800,
        "completion_tokens": rng.randrange(10, 40), "estimated": False, "seconds": rng.random(), "from_cache": False}} for agent in agents]  # fmt: skip
    persona = "" if method == "none" else f"You are {q['character']}.\n" + prose(random.Random(q["character"]), 400)
    trace = {
        "method": method,
        "persona": persona,
        "memories": memories,
        "thoughts": thoughts,
        "feelings": feelings,
        "calls": calls,
        "problems": [],
    }
    return {"id": q["id"], "origin_prompt": f"An old friend asks:\n{q['question']}\n" + "\n".join(q["options"]), "prediction": said,
            "trace": trace, "error": None, "gold": q["answer"]}  # fmt: skip


def _plain_row(name: str, character: str) -> dict[str, Any]:
    return {"experiment": name, "id": f"{character}-{name}-01", "character": character, "type": "open", "answer": ""}


def _said(rng: random.Random) -> dict[str, Any]:
    text = prose(rng, 30)
    choices = [
        {"option": option, "logprob": -rng.random(), "neutral": -rng.random(), "score": rng.random()} for option in ("yes", "no")
    ]
    trace = {
        "method": "none",
        "persona": "",
        "memories": [],
        "thoughts": "",
        "feelings": "",
        "calls": [],
        "problems": [],
        "choices": choices,
        "answering": "likelihood",
    }
    return {"origin_prompt": prose(rng, 20), "prediction": text, "trace": trace, "error": None}


def _no_scores(row: dict[str, Any], reply: str, trace: dict[str, Any]) -> dict[str, Any]:
    return {
        "judgements": [{"kind": "description", "judge": "judge-a", "text": f"It sounds like {row['character']}, who " + reply}]
    }


def _write(folder: Path, model: str, dataset: str, rows: list[dict[str, Any]], answers: list[dict[str, Any]], score: Any) -> None:
    scored = [
        {**row, "prediction": a["prediction"], "missing": False, **score(row, a["prediction"], a["trace"])}
        for row, a in zip(rows, answers, strict=True)
    ]
    results: dict[str, Any] = {"details": [{key: [value] for key, value in row.items()} for row in scored]}
    if dataset == "single_choice":
        results |= SelfReport().metrics(scored)
    for kind, value in (("results", results), ("predictions", {str(i): a for i, a in enumerate(answers)})):
        path = folder / kind / model / f"{dataset}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(value))


def _cells(rng: random.Random, model: str) -> dict[str, Any]:
    found = {"retrieved_right": 31 + rng.randrange(4), "retrieved_wrong": 9, "missed_right": 4, "missed_wrong": 16}
    return {"model": model, **found, "recall": 67.0}


def headline(
    model: str, measure: str, value: float, width: float, unit: str, character: str = "all", better: str = "higher"
) -> dict[str, Any]:
    estimate = {"value": value, "low": value - width, "high": value + width, "rows": 60 if character == "all" else 5}
    return {
        "model": model,
        "measure": measure,
        "estimate": estimate,
        "unit": unit,
        "character": character,
        "of": "all",
        "better": better,
    }


def _summary(
    name: str, title: str, headlines: list[dict[str, Any]], data: dict[str, Any], notes: list[str], **table: Any
) -> dict[str, Any]:
    tables = [{"title": f"{title}, by method", "head": ["model", "rows", "figure [95 %]"], "detail": False,
               "rows": [[h["model"], h["estimate"]["rows"], f"{h['estimate']['value']:.2f}"] for h in headlines if h["character"] == "all"]}]  # fmt: skip
    return {"experiment": name, "title": title, "headlines": headlines, "tables": tables, "data": data, "notes": notes}


def personality(rng: random.Random, models: list[str], characters: tuple[str, ...]) -> dict[str, Any]:
    headlines, radar, tau = [], [], []
    for model in models:
        skill = SKILL[model.rsplit("-", 1)[1]]
        headlines.append(headline(model, "tau", skill - 0.1, 0.15, "tau-b"))
        for character in characters:
            assigned = [4, 3, 2, 1, -1, -2, -3, -4]
            random.Random(character).shuffle(assigned)
            measured = [round(a * 3 * skill + rng.uniform(-4, 4), 1) for a in assigned]
            found = min(0.99, max(-0.6, skill - 0.1 + rng.uniform(-0.3, 0.3)))
            headlines.append(headline(model, "tau", found, 0.2, "tau-b", character))
            radar.append(
                {"model": model, "character": character, "assigned": assigned, "measured": measured, "functions": list(FUNCTIONS)}
            )
            tau.append({"model": model, "character": character, "tau": found, "standard_error": 0.28})
    notes = ["Answered by likelihood: the option's log-probability minus that under a neutral prompt."]
    return _summary("personality", "Personality test", headlines, {"radar": radar, "tau": tau, "acquiescence": []}, notes)


def conformity(rng: random.Random, models: list[str], characters: tuple[str, ...]) -> dict[str, Any]:
    headlines, curves = [], []
    for model in models:
        skill = SKILL[model.rsplit("-", 1)[1]]
        headlines += [
            headline(model, "conformity", 100 * skill * 0.6, 8, "%", character, "") for character in ("all", *characters)
        ]
        for condition, base in (("pressure", 0.2 + skill * 0.5), ("control", 0.06)):
            trials = [{"trial": t, "critical": (c := t % 3 != 0), "error": min(100.0, max(0.0, 100 * (base if c else 0.05) + rng.uniform(-8, 8))), "conformed": 20.0}
                      for t in range(1, 19)]  # fmt: skip
            curves.append({"model": model, "condition": condition, "character": "all", "trials": trials})
    return _summary(
        "conformity",
        "Conformity",
        headlines,
        {"curves": curves, "rates": [], "human": {"rate": 33, "n": 210, "low": 27, "high": 40}},
        [],
    )


def observer(rng: random.Random, models: list[str], characters: tuple[str, ...]) -> dict[str, Any]:
    headlines = [headline(m, measure, 100 * SKILL[m.rsplit("-", 1)[1]] + rng.uniform(-5, 5), 7, "%", c)
                 for m in models for measure in ("description matching", "response similarity") for c in ("all", *characters)]  # fmt: skip
    data = {
        "matching": [],
        "similarity": [],
        "judges": [{"judge": "judge-a", "admitted": True, "accuracy": 0.8, "p": 0.001, "trials": 40}],
        "agreement": {},
    }
    return _summary(
        "observer",
        "Observer report",
        headlines,
        data,
        ["Judges admitted: judge-a. Not admitted: judge-b (no better than chance)."],
    )
