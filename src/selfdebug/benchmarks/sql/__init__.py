"""What the text-to-SQL benchmarks share: when two results are the same, and scoring many queries on many databases.

From the ground up: `results` (are two results the same?), `texts` and `values` (which text is run for a prediction),
`comparer` (runs and compares), `comparer_pool` (does so in processes), `scorer` (the door), `questions` (a benchmark's
file); `hardness` stands alone.
"""
