"""The Croissant 1.0 description of a data folder, made from its card."""

from __future__ import annotations

import json
import re
from typing import Any

from human_simulacra.describing.dataset_card import Card, Config
from human_simulacra.errors import UserError

CROISSANT_TYPES = {"string": "sc:Text", "int64": "sc:Integer", "float64": "sc:Float", "bool": "sc:Boolean", "date32": "sc:Date"}
PLAIN_TERMS = """citeAs column equivalentProperty extract field fileObject fileProperty fileSet format includes isLiveDataset
jsonPath key md5 parentField path recordSet references regex repeated replace samplingRate separator source subField transform"""
CONTEXT = {
    "@language": "en", "@vocab": "https://schema.org/", "sc": "https://schema.org/", "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/", "dct": "http://purl.org/dc/terms/", "conformsTo": "dct:conformsTo",
    "data": {"@id": "cr:data", "@type": "@json"}, "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "examples": {"@id": "cr:examples", "@type": "@json"}, **{term: f"cr:{term}" for term in PLAIN_TERMS.split()},
}  # fmt: skip


def croissant_json(card: Card) -> str:
    """Returns the Croissant 1.0 description of all configurations as JSON-LD.

    Raises:
        UserError: If the card's citation lacks author, version or year.
    """
    field = dict(re.findall(r"(\w+) = \{+(.*?)\}+,?$", card.citation, re.MULTILINE))
    if missing := {"author", "version", "year"} - set(field):
        raise UserError(f"the card's first citation has no {min(missing)}: add it")
    author = field["author"].replace("\\", "")
    return json.dumps({
        "@context": CONTEXT, "@type": "sc:Dataset", "conformsTo": "http://mlcommons.org/croissant/1.0",
        "name": "human_simulacra", "alternateName": card.title, "description": card.description, "license": card.licence,
        "version": field["version"], "datePublished": field["year"], "inLanguage": "en", "citeAs": card.citation,
        "creator": {"@type": "sc:Organization", "name": author},
        "distribution": [
            {"@type": "cr:FileSet", "@id": f"{c.name}-files", "name": f"{c.name}-files",
             "encodingFormat": "application/jsonlines", "includes": c.glob} for c in card.configs
        ],
        "recordSet": [
            {"@type": "cr:RecordSet", "@id": c.name, "name": c.name,
             "field": [_field(c, feature, feature["name"]) for feature in c.features]} for c in card.configs
        ],
    }, indent=2, ensure_ascii=False) + "\n"  # fmt: skip


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
