"""A toy application: the model writes an anagram of a word, without any program that a sandbox could run."""

from pathlib import Path

from selfdebug.problem import ApplicationDefinition
from tests.doors.anagrams.problem import AnagramProblem

APPLICATION = ApplicationDefinition(
    name="anagrams",
    title="Anagrams",
    problem=AnagramProblem,
    folder=Path(__file__).parent,
    implementation="tests.doors.anagrams.application:Anagrams",
    input="tests.doors.anagrams.ask:AnagramInput",
    needs_sandbox=False,
)
