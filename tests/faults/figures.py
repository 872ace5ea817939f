"""What a fault test found, printed, and with WRITE_FIGURES=1 put into its row of docs/reliability.md."""

import os
import re

from tests.house import ROOT

PAGE = ROOT / "docs" / "reliability.md"


def told(fault: str, words: str) -> None:
    """Say what the test of this fault found."""
    print(f"\n{fault}: {words}")
    if os.environ.get("WRITE_FIGURES") == "1":
        text, rows = re.subn(
            rf"^(\| {re.escape(fault)} \|.*\| )[^|]*( \|)$", rf"\g<1>{words}\g<2>", PAGE.read_text("utf-8"), flags=re.M
        )
        assert rows == 1, f"docs/reliability.md has no row for {fault}"
        PAGE.write_text(text, "utf-8")
