"""A toy application: the model writes an anagram of a word, without any program that a sandbox could run."""

from pathlib import Path

from selfdebug.problem import ApplicationDefinition
from tests.extension_points.anagrams.problem import AnagramProblem

APPLICATION = ApplicationDefinition(
    name="anagrams",
    problem=AnagramProblem,
    folder=Path(__file__).parent,
    implementation="tests.extension_points.anagrams.application:Anagrams",
    input="tests.extension_points.anagrams.ask:AnagramInput",
    needs_sandbox=False,
)
