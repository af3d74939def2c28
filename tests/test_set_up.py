"""What a fresh clone relies on: the locks, the interpreter, the browser's files."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

CLONE = Path(__file__).resolve().parent.parent
LOCKS = (
    "requirements.lock",
    "requirements-dev.lock",
    "requirements-node.lock",
    "requirements-train.lock",
    "requirements-torch.lock",
)


@pytest.mark.parametrize("lock", LOCKS)
def test_every_package_is_pinned_with_hashes_and_no_address(lock):
    text = (CLONE / lock).read_text()
    entries = re.split(r"\n(?=[a-z0-9])", re.sub(r"(?m)^\s*#.*\n", "", text).strip())
    assert all("==" in entry and "--hash=sha256:" in entry for entry in entries)
    assert "://" not in text


def test_what_a_run_needs_has_one_version_in_both_locks():
    run, tests = ((CLONE / lock).read_text() for lock in LOCKS[:2])
    pins = set(re.findall(r"(?m)^[a-z0-9][^\s;]*==[^\s;]+", run))
    assert pins
    assert pins <= set(re.findall(r"(?m)^[a-z0-9][^\s;]*==[^\s;]+", tests))


def test_npm_packages_are_pinned_with_hashes_and_no_address():
    packages = json.loads((CLONE / "package-lock.json").read_text())["packages"]
    asked = json.loads((CLONE / "package.json").read_text())
    own = packages.pop("")
    for name, one in packages.items():
        assert one["integrity"].startswith("sha512-"), name
        assert "resolved" not in one, name
    for kind in ("dependencies", "devDependencies"):
        assert own[kind] == asked[kind]
        assert all(
            re.fullmatch(r"\d+\.\d+\.\d+", version) for version in asked[kind].values()
        )


def find_python(path: Path, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["/bin/sh", CLONE / "scripts" / "find_python"],
        env={"PATH": str(path), **env},
        capture_output=True,
        text=True,
        check=False,
    )


def program(folder: Path, name: str, script: str) -> None:
    (folder / name).write_text(f"#!/bin/sh\n{script}\n")
    (folder / name).chmod(0o755)


PYTHONS = [
    # what is on the path                       programs                                   found
    ("a dead shim before a live one", {"python3.11": "exit 127", "python3.12": "live"}, "python3.12"),
    ("only a generic name", {"python3": "live"}, "python3"),
    ("a dead shim and a generic name", {"python3.12": "exit 127", "python": "live"}, "python"),
    ("only an old one", {"python3": "exit 1"}, ""),
    ("nothing", {}, ""),
]  # fmt: skip


@pytest.mark.parametrize(
    ("what", "programs", "found"), PYTHONS, ids=[row[0] for row in PYTHONS]
)
def test_an_interpreter_is_taken_only_when_it_works(tmp_path, what, programs, found):
    for name, script in programs.items():
        program(tmp_path, name, script.replace("live", f'exec "{sys.executable}" "$@"'))
    shown = find_python(tmp_path)
    assert shown.stdout.strip() == found
    assert (shown.returncode == 0) == bool(found)
    if not found:
        assert "needs Python 3.11 or 3.12" in shown.stderr


def test_a_named_interpreter_comes_first(tmp_path):
    program(tmp_path, "mine", f'exec "{sys.executable}" "$@"')
    program(tmp_path, "python3.11", f'exec "{sys.executable}" "$@"')
    assert find_python(tmp_path, PYTHON="mine").stdout.strip() == "mine"


def test_icons_and_files_of_the_browser_are_whole():
    vendor = CLONE / "hotline" / "console" / "static" / "vendor"
    if not vendor.exists():
        pytest.skip("browser files are made by `make setup`")
    sprite = (vendor / "icons.svg").read_text()
    names = re.findall(r'<symbol id="([a-z0-9-]+)" viewBox="0 0 24 24"', sprite)
    assert len(names) == len(set(names)) >= 50
    assert "<script" not in sprite
    assert {"phone", "octagon-alert", "triangle-alert", "timer"} <= set(names)
    for name in ("htmx.min.js", "idiomorph-ext.min.js", "icons.svg"):
        sizes = [(vendor / f"{name}{end}").stat().st_size for end in (".br", ".gz", "")]
        assert sizes == sorted(sizes)
    assert len(list(vendor.glob("*.woff2"))) == 4


def test_no_file_of_others_is_committed():
    git = shutil.which("git")
    if git is None or not (CLONE / ".git").exists():
        pytest.skip("not a clone")
    trusting = {**os.environ, "GIT_CONFIG_COUNT": "1"}
    trusting |= {"GIT_CONFIG_KEY_0": "safe.directory", "GIT_CONFIG_VALUE_0": str(CLONE)}
    files = subprocess.check_output([git, "ls-files"], cwd=CLONE, text=True, env=trusting)
    foreign = re.compile(r"node_modules/|/vendor/|\.woff2$|\.min\.js$")
    assert [name for name in files.splitlines() if foreign.search(name)] == []
