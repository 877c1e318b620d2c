from __future__ import annotations

import base64
import hashlib
import importlib.util
import os
import subprocess
import sys
import tempfile
import unittest
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
IMPORT = "import inference_store, inference_store.inference as i; print(inference_store.__version__, inference_store.__file__)"


class Wheel(unittest.TestCase):
    directory: tempfile.TemporaryDirectory[str]
    wheel: Path

    @classmethod
    def setUpClass(cls) -> None:
        cls.directory = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.directory.cleanup)
        cls.wheel = cls.built("one")

    @classmethod
    def built(cls, where: str) -> Path:
        command = [sys.executable, str(ROOT / "backend" / "build_wheel.py"), os.path.join(cls.directory.name, where)]
        return Path(subprocess.run(command, check=True, stdout=subprocess.PIPE, universal_newlines=True).stdout.strip())

    def test_the_same_sources_are_the_same_wheel(self) -> None:
        self.assertEqual(self.built("two").read_bytes(), self.wheel.read_bytes())

    def test_it_holds_every_module_the_marker_of_types_and_a_record_that_is_true(self) -> None:
        with zipfile.ZipFile(self.wheel) as wheel:
            names = set(wheel.namelist())
            sources = {f"inference_store/{path.name}" for path in (ROOT / "src" / "inference_store").iterdir() if path.is_file()}
            self.assertIn("inference_store/py.typed", sources)
            self.assertLessEqual(sources, names)
            record = next(name for name in names if name.endswith("/RECORD"))
            lines = [line.rsplit(",", 2) for line in wheel.read(record).decode().splitlines()]
            self.assertEqual({line[0] for line in lines}, names)
            for name, digest, size in lines:
                if name != record:
                    body = wheel.read(name)
                    found = base64.urlsafe_b64encode(hashlib.sha256(body).digest()).decode().rstrip("=")
                    self.assertEqual((digest, size), (f"sha256={found}", str(len(body))))

    def test_it_can_be_imported_as_it_is(self) -> None:
        said = subprocess.run(
            [sys.executable, "-c", IMPORT], check=True, stdout=subprocess.PIPE, universal_newlines=True, cwd=self.directory.name,
            env={**os.environ, "PYTHONPATH": str(self.wheel)},
        ).stdout
        self.assertIn(self.wheel.name, said)

    @unittest.skipUnless(importlib.util.find_spec("pip"), "this Python has no pip")
    def test_pip_installs_it_without_an_index(self) -> None:
        for what, where in ((str(self.wheel), "from-wheel"), (str(ROOT), "from-source")):
            with self.subTest(what):
                target = os.path.join(self.directory.name, where)
                command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-index", "--no-cache-dir", "--target", target, what]
                subprocess.run(command, check=True, stderr=subprocess.PIPE)
                said = subprocess.run(
                    [sys.executable, "-c", IMPORT], check=True, stdout=subprocess.PIPE, universal_newlines=True,
                    cwd=self.directory.name, env={**os.environ, "PYTHONPATH": target},
                ).stdout
                self.assertIn(target, said)


if __name__ == "__main__":
    unittest.main()
