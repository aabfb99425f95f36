"""Owns which tests stay on one worker: those of a file, or those that talk to the same server."""

import re

from xdist.scheduler import LoadFileScheduling  # type: ignore[import-untyped]

# The id of a site on a server: `fastapi:uvicorn:async`.
_SITE = re.compile(r"[a-z-]+:[a-z-]+:(def|async)")


class BySiteOrFile(LoadFileScheduling):  # type: ignore[misc]
    """Lets workers share a file whose tests run against many servers, each started once."""

    def _split_scope(self, nodeid: str) -> str:
        file: str = super()._split_scope(nodeid)
        site = _SITE.search(nodeid)
        return file if site is None else f"{file}[{site[0]}]"
