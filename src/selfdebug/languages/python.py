"""Python: run by the warm interpreter, without a process of its own to start."""

from selfdebug.languages.base import Language

PYTHON = Language(name="python", title="Python", extension=".py", package="python3")
