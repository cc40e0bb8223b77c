"""Translation: a program becomes one of another language (TransCoder, HumanEval-X)."""
