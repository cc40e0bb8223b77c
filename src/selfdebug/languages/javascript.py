"""JavaScript with Node."""

from __future__ import annotations

import re

from selfdebug.languages.base import Build, Language
from selfdebug.outcome import ProgramError

# Node's own console.assert only prints; a driver that uses it must fail.
_STRICT_ASSERT = (
    "console.assert = (value, ...rest) => { if (!value) throw new Error(['Assertion failed', ...rest].join(' ')); };"
)


class _JavaScript(Language):
    def build(self, source: str, driver: str | None) -> Build:
        text = source if driver is None else f"{source}\n{_STRICT_ASSERT}\n{driver}"
        return Build(
            files={"program.js": text},
            main="program.js",
            run=[self.tool("node"), "--max-old-space-size=512", "--stack-size=4000", "program.js"],
        )

    def error(self, stderr: str, build: Build) -> ProgramError | None:
        raised = re.search(r"^(?:Uncaught )?(\w*(?:Error|Exception))(?: \[\w+\])?(?:: (.*))?$", stderr, re.M)
        if raised is None:
            return None
        place = re.search(r"program\.js:(\d+)", stderr)
        return ProgramError(raised[1], (raised[2] or "").strip(), int(place[1]) if place else None)


JAVASCRIPT = _JavaScript(
    name="javascript",
    title="JavaScript",
    extension=".js",
    package="nodejs",
    tools=("node",),
    memory_limit="RLIMIT_DATA",
    environment={"UV_THREADPOOL_SIZE": "2", "OPENSSL_CONF": "/dev/null"},
    out_of_memory=("JavaScript heap out of memory", "Array buffer allocation failed", "Invalid array length"),
)
