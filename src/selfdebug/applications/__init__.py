"""The kinds of problems: how each reads a program out of a reply, prompts for it and executes it."""
