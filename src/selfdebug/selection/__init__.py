"""Pick one program from samples."""

from .majority import Selector, majority_vote

__all__ = ["Selector", "majority_vote"]
