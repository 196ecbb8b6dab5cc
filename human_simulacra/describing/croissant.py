"""The Croissant 1.0 description of a data folder, made from its card."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from human_simulacra.describing.dataset_card import Card, Config
from human_simulacra.errors import UserError
from human_simulacra.files import sha256_file

CROISSANT_TYPES = {"string": "sc:Text", "int64": "sc:Integer", "float64": "sc:Float", "bool": "sc:Boolean", "date32": "sc:Date"}
ENCODINGS = {".jsonl": "application/jsonlines", ".parquet": "application/x-parquet"}
PLAIN_TERMS = """citeAs column equivalentProperty extract field fileObject fileProperty fileSet format includes isLiveDataset
jsonPath key md5 parentField path recordSet references regex repeated replace samplingRate separator source subField transform"""
CONTEXT = {
    "@language": "en", "@vocab": "https://schema.org/", "sc": "https://schema.org/", "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/", "dct": "http://purl.org/dc/terms/", "conformsTo": "dct:conformsTo",
    "data": {"@id": "cr:data", "@type": "@json"}, "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "examples": {"@id": "cr:examples", "@type": "@json"}, **{term: f"cr:{term}" for term in PLAIN_TERMS.split()},
}  # fmt: skip


# Fields of the Responsible AI vocabulary, and the section of the card that each repeats.
RAI = {
    "dataCollection": "How it was made", "dataAnnotationProtocol": "How it was read", "dataLimitations": "Limits and biases",
    "dataBiases": "Limits and biases", "dataUseCases": "Use", "dataReleaseMaintenancePlan": "Versions and licence",
}  # fmt: skip
PERSONAL = "None: every person is invented."


def croissant_json(card: Card, folder: Path) -> str:
    """Returns the Croissant 1.0 description of all configurations and files as JSON-LD, with Responsible AI fields.

    Args:
        card: The card.
        folder: The data folder, whose files are hashed.

    Raises:
        UserError: If the card's citation lacks author, version or year, or the card lacks a section.
    """
    field = dict(re.findall(r"(\w+) = \{+(.*?)\}+,?$", card.citation, re.MULTILINE))
    if missing := {"author", "version", "year"} - set(field):
        raise UserError(f"the card's first citation has no {min(missing)}: add it")
    sections = dict(re.findall(r"^## ([^\n]+)\n\n(.*?)(?=\n## |\Z)", card.text, re.DOTALL | re.MULTILINE))
    if absent := [name for name in RAI.values() if name not in sections]:
        raise UserError(f"the card has no section '{absent[0]}': add it")
    author = field["author"].replace("\\", "")
    return json.dumps({
        "@context": CONTEXT, "@type": "sc:Dataset",
        "conformsTo": ["http://mlcommons.org/croissant/1.0", "http://mlcommons.org/croissant/RAI/1.0"],
        **({"url": field["url"]} if "url" in field else {}),
        "name": "human_simulacra", "alternateName": card.title, "description": card.description, "license": card.licence,
        "version": field["version"], "datePublished": field["year"], "inLanguage": "en", "citeAs": card.citation,
        "creator": {"@type": "sc:Organization", "name": author},
        **{f"rai:{name}": " ".join(sections[section].split()) for name, section in RAI.items()},
        "rai:personalSensitiveInformation": PERSONAL,
        "distribution": [
            *(_file(path, folder) for c in card.configs for path in sorted(folder.glob(c.glob))),
            *({"@type": "cr:FileSet", "@id": f"{c.name}-files", "name": f"{c.name}-files",
               "encodingFormat": ENCODINGS[Path(c.glob).suffix], "includes": c.glob} for c in card.configs),
        ],
        "recordSet": [
            {"@type": "cr:RecordSet", "@id": c.name, "name": c.name,
             "field": [_field(c, feature, feature["name"]) for feature in c.features]} for c in card.configs
        ],
    }, indent=2, ensure_ascii=False) + "\n"  # fmt: skip


def _file(path: Path, folder: Path) -> dict[str, str]:
    name = path.relative_to(folder).as_posix()
    return {"@type": "cr:FileObject", "@id": name, "name": name, "contentUrl": name, "encodingFormat": ENCODINGS[path.suffix],
            "sha256": sha256_file(path)}  # fmt: skip


def _field(config: Config, feature: dict[str, Any], path: str) -> dict[str, Any]:
    column, _, inner = path.partition(".")
    field: dict[str, Any] = {"@type": "cr:Field", "@id": f"{config.name}/{path.replace('.', '/')}", "name": path.split(".")[-1]}
    field["description"] = config.meanings[path]
    if "list" in feature:
        field |= {"repeated": True, "subField": [_field(config, f, f"{path}.{f['name']}") for f in feature["list"]]}
        return field
    field["dataType"] = CROISSANT_TYPES[feature.get("dtype") or feature["sequence"]]
    if "sequence" in feature:
        field["repeated"] = True
    field["source"] = {"fileSet": {"@id": f"{config.name}-files"}, "extract": {"column": column}}
    if inner:
        field["source"]["transform"] = {"jsonPath": inner}
    return field
