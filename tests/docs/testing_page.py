"""Owns how the files of docs/testing.md are found: each block of ``py`` names itself first.

They are not blocks of ``python``, which are programs of their own: these are files for pytest.
"""

import re
from pathlib import Path

__all__ = ["FILES", "IN_A_BROWSER", "PAGE"]

PAGE = (Path(__file__).parents[2] / "docs" / "testing.md").read_text(encoding="utf-8")
FILES = dict(re.findall(r"^```py\n# (\S+)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL))
IN_A_BROWSER = "test_browser.py"
