"""Files over HTTP: benchmark data and models come through one engine.

`progress` says how far a download is, and has the error for one that failed; `network` decides about proxies and
certificates, also for model servers; `engine` resumes, retries and checks a download. Nothing here knows what is in a
file.
"""
