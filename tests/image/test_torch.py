"""The other target, `app-torch`: what it takes torch from, and what comes with it.

Torch itself is a stand-in of a few bytes here, in an index of its own as PyTorch's is: no builds for the image's Python
are at hand where tests run. All else that the target is made of is real. What a model needs of torch is shown by
tests/faults/test_big_model.py.
"""

import json
import re
import zipfile
from pathlib import Path

import pytest

from tests.house import ROOT
from tests.image import podman

pytestmark = pytest.mark.image
IMAGE = f"{podman.IMAGE}:app-torch"
PINNED = dict(re.findall(r"^([\w-]+)==(\S+)$", (ROOT / "requirements-test.txt").read_text("utf-8"), re.M))
INSTALLED = """
import importlib.metadata as known, json
print(json.dumps({each.metadata["Name"].lower(): each.version for each in known.distributions()}))
"""


def index(folder: Path, version: str) -> Path:
    """An index with one build of torch for the CPU, and nothing else."""
    place = folder / "torch"
    place.mkdir()
    about = f"torch-{version}.dist-info"
    wheel = place / f"torch-{version}-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as packed:
        packed.writestr("torch/__init__.py", "")
        packed.writestr(f"{about}/METADATA", f"Metadata-Version: 2.1\nName: torch\nVersion: {version}\n")
        packed.writestr(f"{about}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        packed.writestr(f"{about}/RECORD", "")
    (place / "index.html").write_text(f'<a href="{wheel.name}">{wheel.name}</a>')
    return folder


def test_torch_comes_from_the_index_that_is_named_and_brings_no_cuda(tmp_path: Path) -> None:
    version = f"{PINNED['torch']}+cpu"
    lent = f"{index(tmp_path, version)}:/index:ro"
    podman.build(IMAGE, ROOT, "--target=app-torch", "--build-arg=TORCH_INDEX=file:///index", f"--volume={lent}")
    found = json.loads(podman.podman("run", "--rm", IMAGE, "python", "-c", INSTALLED).stdout)
    assert found["torch"] == version
    assert found["sentence-transformers"] == PINNED["sentence-transformers"]
    assert found["transformers"] == PINNED["transformers"]
    assert [name for name in found if re.search("nvidia|cuda|triton|^pip$", name)] == []
