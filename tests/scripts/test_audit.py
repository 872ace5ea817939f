"""Asking for known weaknesses of packages: whoever cannot be asked is no green light in silence."""

import os
import subprocess

from tests.house import ROOT


def test_a_service_that_cannot_be_asked_is_told_and_fails_nothing() -> None:
    nowhere = dict.fromkeys(("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "https_proxy"), "http://127.0.0.1:1")
    done = subprocess.run([ROOT / "scripts/audit.sh"], env=os.environ | nowhere, capture_output=True, text=True)
    assert done.returncode == 0
    assert done.stdout.startswith("!!! NOT AUDITED: the advisory service could not be asked. It said: ")
