"""Pick one program from samples."""

from selfdebug.selection.majority import Selector, majority_vote
from selfdebug.selection.sampling import run_samples

__all__ = ["Selector", "majority_vote", "run_samples"]
