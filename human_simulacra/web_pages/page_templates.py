"""The templates of local web pages; autoescaping is on, since texts of models are untrusted."""

from __future__ import annotations

from functools import cache

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined


@cache
def open_templates(package: str) -> Environment:
    """Returns the templates of a package's folder `templates`, which can extend those of this package.

    A package adds its own `page.css` and `page.js` to the shared frame `base.html`.
    """
    folders = [PackageLoader(package, "templates"), PackageLoader("human_simulacra.web_pages", "templates")]
    return Environment(loader=ChoiceLoader(folders), autoescape=True, undefined=StrictUndefined, trim_blocks=True)
