"""Owns what a server is told to import: the site that the environment names."""

import os
from pathlib import Path

from tests.contract.servers.site import build

app = build(os.environ["KIND"], os.environ["MODE"], Path(os.environ["EVENTS"]))
