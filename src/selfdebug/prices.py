"""What tokens cost in money, where somebody gives prices."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Prices:
    """Prices of a model's tokens. Those of stored replies cost what others do, just as they are counted like others.

    Attributes:
        prompt, completion: in dollars for a million tokens.
    """

    prompt: float
    completion: float

    def cost(self, prompt_tokens: float, completion_tokens: float) -> float:
        """What so many tokens cost, in dollars."""
        return (self.prompt * prompt_tokens + self.completion * completion_tokens) / 1e6

    def __str__(self) -> str:
        return f"${self.prompt:,.10g} and ${self.completion:,.10g} for a million prompt and completion tokens"


def dollars(amount: float) -> str:
    """An amount of money with cents, or, below a cent, with two digits that are not zero: $0.0012, $3.40, $1,200.00."""
    if amount >= 0.01 or amount == 0:
        return f"${amount:,.2f}"
    return f"${amount:.{_decimals(amount)}f}"


def _decimals(amount: float) -> int:
    """How many decimals show the first two digits of an amount below a cent."""
    return 1 - int(f"{amount:e}".partition("e")[2])
