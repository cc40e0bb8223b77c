"""Make a language model debug its own code."""

__version__ = "0.1.0"
