"""A machine reads the description, asks for everything in it, rightly and wrongly, and finds nothing to say.

It looks for faults of ours, answers that are not as described, what is refused though it is allowed, and the reverse.
"""

import subprocess
import sys
from pathlib import Path

import pytest

from core.model import Role
from tests import publishing, releasing
from tests.servers import Keyway
from tests.waiting import PATIENCE_S
from tests.web.api.test_decisions import token

ONE_OF_EACH = r"^/api/v1/(mappings|all-mappings|retired|aops|releases|decisions)|^/exports/(mappings.csv|negative)"


def found(keyway: Keyway, folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """What it says of a site with mappings, a retired one and a release, with a reviewer's token in its hand."""
    publishing.several(keyway.database)
    releasing.make(keyway.database, home=keyway.base_url)
    bearer = f"Authorization: Bearer {token(keyway, 'reviewer', Role.REVIEWER)}"
    program = Path(sys.executable).with_name("schemathesis")
    command = [program, "run", f"{keyway.base_url}/api/v1/openapi.json", "--header", bearer, "--no-color", *options]
    steady = ("--generation-deterministic", "--request-timeout", str(PATIENCE_S))
    return subprocess.run([*command, *steady], cwd=folder, capture_output=True, text=True)


def test_it_finds_nothing_in_one_of_each(keyway: Keyway, tmp_path: Path) -> None:
    options = ("--include-path-regex", ONE_OF_EACH, "--phases", "coverage,fuzzing", "--max-examples", "3")
    done = found(keyway, tmp_path, *options)
    assert done.returncode == 0, done.stdout[-4000:]
    assert "Tested: 9" in done.stdout


@pytest.mark.slow
def test_it_finds_nothing_anywhere(keyway: Keyway, tmp_path: Path) -> None:
    done = found(keyway, tmp_path, "--max-examples", "25")
    assert done.returncode == 0, done.stdout[-8000:]
