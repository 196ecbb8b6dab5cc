"""The page of what a config says about models: simulacra, methods and the model configs behind them."""

from __future__ import annotations

from typing import get_type_hints

from human_simulacra.backbones.capabilities import Capabilities
from human_simulacra.listing import METHODS as USES
from human_simulacra.listing import MODEL_FORMS
from human_simulacra.methods import METHODS
from human_simulacra.plugin.llama_cpp import LlamaCpp
from human_simulacra.plugin.llm_schema import OWN_KEYS, ModelConfig, Price
from human_simulacra.plugin.model import Simulacrum
from reference_pages.markdown import code, escape, join_blocks, paragraphs, read_docstring, table
from reference_pages.signatures import HEAD, arguments_table, describe_hint


def simulacrum_page() -> str:
    """Returns the page of simulacra, methods and model configs."""
    blocks = [
        "# Simulacrum, methods and models",
        "Every key of a simulacrum in a config, every parameter of a method, and the keys of a model config.",
        "## Simulacrum",
        "`models = [dict(type=Simulacrum, abbr='NAME', llm=..., method='macm')]` takes, beside `type` and `abbr`:",
        arguments_table(Simulacrum),
        "On the command line, `human-simulacra eval -T KEY=VALUE` sets any of these keys.",
        "## Methods",
        "`method` names the method, and `method_kwargs` holds its parameters: `method='rag', method_kwargs=dict(k=5)`.",
        table(("method", "what it uses"), ((f"[`{name}`](#{name})", escape(USES.get(name, ""))) for name in METHODS)),
    ]
    for name, factory in METHODS.items():
        table_of = arguments_table(factory, without=("searcher", "settings"))
        told = f"Uses {USES[name]}." if name in USES and not table_of else read_docstring(factory).text
        blocks += [f"### {name}", paragraphs(told), table_of or "It has no parameters."]
    blocks += [
        "## Models",
        "`--model` of `human-simulacra eval` takes:",
        table(("model", "what it is"), ((code(form), escape(meaning)) for form, meaning in MODEL_FORMS.items())),
        "## Model config",
        "`llm`, `agent_llm`, `judges` and `reader_llm` take any OpenCompass model config. Its class decides which keys it "
        f"takes. These are checked for every class. OpenCompass does not know {', '.join(map(code, OWN_KEYS))}.",
        _fields(ModelConfig),
        "### Price",
        paragraphs(read_docstring(Price).text),
        _fields(Price),
        "### Capabilities",
        f"{paragraphs(read_docstring(Capabilities).text)} See [models behind an API](../models.md).",
        arguments_table(Capabilities),
        "### LlamaCpp",
        paragraphs(read_docstring(LlamaCpp).text),
        arguments_table(LlamaCpp),
    ]
    return join_blocks(*blocks)


def _fields(kind: type[ModelConfig] | type[Price]) -> str:
    meanings, hints = read_docstring(kind).entries, get_type_hints(kind, include_extras=True)
    rows = []
    for name, field in kind.model_fields.items():
        default = "required" if field.is_required() else code(repr(field.default))
        rows.append((code(name), escape(describe_hint(hints[name])), default, escape(meanings.get(name, ""))))
    return table(HEAD, rows)
