"""What the text-to-SQL benchmarks share: when two results are the same, and scoring many queries on many databases.

From the ground up: `results` (are two results the same?), `texts` and `values` (which text is run for a prediction),
`judge` (runs and compares), `serving` (a judge as a process), `judges` (these processes), `scorer` (the door);
`hardness` and `questions` (a benchmark's file) stand alone.
"""
