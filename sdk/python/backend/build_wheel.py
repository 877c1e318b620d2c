"""Builds the wheel with the standard library only (PEP 517), so that a machine without a package index can build it.

As a script: python3 build_wheel.py DIRECTORY writes the wheel there and prints its path.
"""

from __future__ import annotations

import base64
import hashlib
import io
import re
import sys
import tarfile
import zipfile
from pathlib import Path
from typing import Any, Dict, Optional

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = "inference_store"
TAG = "py3-none-any"
# The oldest that a zip can say: two builds of the same sources are the same bytes.
MOMENT = (1980, 1, 1, 0, 0, 0)
WHEEL = f"Wheel-Version: 1.0\nGenerator: {Path(__file__).stem}\nRoot-Is-Purelib: true\nTag: {TAG}\n"


def build_wheel(
    wheel_directory: str, config_settings: Optional[Dict[str, Any]] = None, metadata_directory: Optional[str] = None
) -> str:
    """Writes the wheel; returns its file name."""
    sources = sorted(path for path in (ROOT / "src" / PACKAGE).rglob("*") if path.suffix == ".py" or path.name == "py.typed")
    return _wheel(wheel_directory, {str(path.relative_to(ROOT / "src")): path.read_bytes() for path in sources})


def build_editable(
    wheel_directory: str, config_settings: Optional[Dict[str, Any]] = None, metadata_directory: Optional[str] = None
) -> str:
    """Writes a wheel that points at the sources (PEP 660); returns its file name."""
    return _wheel(wheel_directory, {f"{PACKAGE}.pth": f"{ROOT / 'src'}\n".encode()})


def build_sdist(sdist_directory: str, config_settings: Optional[Dict[str, Any]] = None) -> str:
    """Writes the source archive; returns its file name."""
    base = f"{PACKAGE}-{_version()}"
    name = f"{base}.tar.gz"
    with tarfile.open(Path(sdist_directory) / name, "w:gz", format=tarfile.PAX_FORMAT) as archive:
        for part in ("pyproject.toml", "README.md", "backend", "src", "tests"):
            archive.add(ROOT / part, f"{base}/{part}", filter=lambda entry: None if "__pycache__" in entry.name else entry)
        info = tarfile.TarInfo(f"{base}/PKG-INFO")
        info.size = len(_metadata())
        archive.addfile(info, io.BytesIO(_metadata()))
    return name


def _wheel(directory: str, files: Dict[str, bytes]) -> str:
    version = _version()
    info = f"{PACKAGE}-{version}.dist-info"
    entries = {**files, f"{info}/METADATA": _metadata(), f"{info}/WHEEL": WHEEL.encode()}
    record = "".join(f"{name},sha256={_hash(body)},{len(body)}\n" for name, body in entries.items())
    entries[f"{info}/RECORD"] = f"{record}{info}/RECORD,,\n".encode()
    name = f"{PACKAGE}-{version}-{TAG}.whl"
    Path(directory).mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(Path(directory) / name, "w", zipfile.ZIP_DEFLATED) as wheel:
        for entry, body in entries.items():
            head = zipfile.ZipInfo(entry, MOMENT)
            head.external_attr = 0o100644 << 16
            head.compress_type = zipfile.ZIP_DEFLATED
            wheel.writestr(head, body)
    return name


def _metadata() -> bytes:
    project = (ROOT / "pyproject.toml").read_text("utf-8").split("[project]", 1)[1]
    # Python 3.9 reads no TOML; these fields are plain texts.
    field: Dict[str, str] = dict(re.findall(r'^([a-z-]+) = "(.*)"$', project, re.MULTILINE))
    head = (
        f"Metadata-Version: 2.1\nName: {field['name']}\nVersion: {_version()}\nSummary: {field['description']}\n"
        f"Requires-Python: {field['requires-python']}\nDescription-Content-Type: text/markdown\n\n"
    )
    return (head + (ROOT / field["readme"]).read_text("utf-8")).encode()


def _version() -> str:
    text = (ROOT / "src" / PACKAGE / "_version.py").read_text("utf-8")
    found = re.search(r'"(.+)"', text)
    assert found is not None
    return found.group(1)


def _hash(body: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(body).digest()).rstrip(b"=").decode()


if __name__ == "__main__":
    print(Path(sys.argv[1]) / build_wheel(sys.argv[1]))
