"""Translation: a program becomes one in another language that gives the same results (TransCoder, HumanEval-X)."""

from __future__ import annotations

from pathlib import Path

from selfdebug.applications.translation.problem import TranslationProblem
from selfdebug.problem import ApplicationDefinition

APPLICATION = ApplicationDefinition(
    name="translation",
    problem=TranslationProblem,
    folder=Path(__file__).parent,
    implementation="selfdebug.applications.translation.application:Translation",
    input="selfdebug.applications.translation.ask:TranslationInput",
)

__all__ = ["APPLICATION", "TranslationProblem"]
