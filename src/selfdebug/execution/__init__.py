"""Run what a model wrote: programs in a sandbox, queries on a read-only database."""
