"""Pick one program from samples."""

from .majority import Selector, majority_vote
from .sampling import run_samples

__all__ = ["Selector", "majority_vote", "run_samples"]
