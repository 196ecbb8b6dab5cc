"""What a display counts: units of a task, calls, tokens and money; each describes itself in words."""

from __future__ import annotations

from dataclasses import dataclass

from human_simulacra.amounts import format_duration, format_money, format_tokens


@dataclass
class Spent:
    """Calls really made, their tokens and their money, which is None while no model has a price."""

    calls: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    money: float | None = None

    def add(self, other: Spent) -> None:
        """Adds what another one holds."""
        self.calls += other.calls
        self.prompt_tokens += other.prompt_tokens
        self.completion_tokens += other.completion_tokens
        if other.money is not None:
            self.money = (self.money or 0.0) + other.money

    def __str__(self) -> str:
        """Calls, tokens and money in words; empty if there was no call."""
        if not self.calls:
            return ""
        money = "" if self.money is None else f", cost {format_money(self.money)}"
        read, written = format_tokens(self.prompt_tokens), format_tokens(self.completion_tokens)
        return f"{self.calls:,} calls, {read} tokens in, {written} out{money}"


@dataclass(eq=False)
class Count:
    """Units of a task or a phase.

    Args:
        label: Name of the task.
        total: Number of units.
        unit: Name of a unit, in the plural.
        started: When it started, in seconds of a clock.
        done: Finished units, at first those of an earlier session.
        failed: How many of them failed.
        restored: How many of them an earlier session finished, which tell nothing about the speed.
    """

    label: str
    total: int
    unit: str
    started: float
    done: int = 0
    failed: int = 0
    restored: int = 0

    @property
    def numbers(self) -> str:
        """Finished and failed units in words."""
        return f"{self.done:,}/{self.total:,} {self.unit}" + (f", {self.failed:,} failed" if self.failed else "")

    def describe_rest(self, now: float) -> str:
        """Returns the expected time left in words; empty if it is unknown or nothing is left."""
        fresh = self.done - self.restored
        if fresh <= 0 or self.done >= self.total:
            return ""
        return f"about {format_duration((now - self.started) / fresh * (self.total - self.done))} left"
