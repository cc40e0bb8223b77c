"""The viewer: runs and their trajectories as pages, served to one person's browser or written as files.

From the ground up: `text`, `code`, `explanations` and `traces` (what is shown of hostile text and of programs), `views`
(a trajectory), `charts`, `links`, `references`, `pages` (HTML out of all of these), `asking` (asking from the page),
`live` (what changes while somebody looks), `security` (who is let in), `server`, `export` (the same pages as files).
"""
