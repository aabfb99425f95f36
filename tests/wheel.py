"""Owns how tests build the package: the sdist, and the wheel that is built from it."""

import subprocess
import sys
from pathlib import Path

__all__ = ["built_wheel"]

ROOT = Path(__file__).parents[1]


def built_wheel(folder: Path) -> Path:
    """Build the sdist and the wheel of this checkout, and answer where the wheel is.

    Args:
        folder: An empty folder, where both are put.
    """
    done = subprocess.run(
        [sys.executable, "-m", "build", "--no-isolation", "--outdir", folder, ROOT],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"the package was not built:\n{done.stdout}{done.stderr}"
    (wheel,) = folder.glob("nextauth-*.whl")
    return wheel
