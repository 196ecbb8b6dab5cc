"""Calls, tokens, money and days of a large evaluation, by method: arithmetic, without a model.

`python benchmarks/scale_cost.py` multiplies the tokens per answer of `docs/macm.md#cost` (`benchmarks/tokens_per_answer.py`) and
those of making a character (`tools/new_character.py --dry-run`) by `--characters` and `--questions`. Prices are money per million
tokens; limits are those of one endpoint.
"""

from __future__ import annotations

import argparse

MINUTES_A_DAY = 1440
# By method: calls, prompt tokens, their share in a prefix that an earlier prompt began with, and completion tokens of an answer.
# Completions are assumed: 20 tokens of answer, 80 of thoughts and feelings, 10 of chosen memories.
METHODS = {
    "none": (1, 121, 0.15, 20), "prompt": (1, 1357, 0.85, 20), "rag": (1, 2174, 0.54, 20),
    "macm, hybrid": (2, 3042, 0.60, 100), "macm (default)": (3, 3733, 0.53, 110), "macm, as in the paper": (4, 5350, 0.82, 110),
}  # fmt: skip
CHARACTER = (750, 2_200_000, 0.0, 250_000)


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description="Calls, tokens, money and days of a large evaluation.")
    parser.add_argument("--characters", type=int, default=10**6, help="number of characters")
    parser.add_argument("--questions", type=int, default=500, help="questions of each")
    parser.add_argument("--input", type=float, default=0.15, help="price of a million prompt tokens")
    parser.add_argument("--cached", type=float, default=0.075, help="price of a million prompt tokens from the prefix cache")
    parser.add_argument("--output", type=float, default=0.6, help="price of a million completion tokens")
    parser.add_argument("--requests-per-minute", type=float, default=10_000, help="limit of the endpoint")
    parser.add_argument("--tokens-per-minute", type=float, default=10_000_000, help="limit of the endpoint")
    given = parser.parse_args()
    head = ("what", "calls", "prompt tokens", "completion tokens", "money", "days by requests", "days by tokens")
    print(f"| {' | '.join(head)} |\n{'|---' * len(head)}|")
    for name, unit in METHODS.items():
        _print(name, unit, given.characters * given.questions, given)
    _print("making the characters", CHARACTER, given.characters, given)


def _print(name: str, unit: tuple[float, float, float, float], units: int, given: argparse.Namespace) -> None:
    calls, prompt, cached, completion = unit[0] * units, unit[1] * units, unit[2], unit[3] * units
    money = (prompt * ((1 - cached) * given.input + cached * given.cached) + completion * given.output) / 1e6
    by_requests = calls / given.requests_per_minute / MINUTES_A_DAY
    by_tokens = (prompt + completion) / given.tokens_per_minute / MINUTES_A_DAY
    print(f"| {name} | {calls:.2g} | {prompt:.2g} | {completion:.2g} | {money:,.0f} | {by_requests:,.0f} | {by_tokens:,.0f} |")


if __name__ == "__main__":
    main()
