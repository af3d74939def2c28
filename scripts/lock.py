"""Write the locks again. They name no index address; npm's records none either."""

import json
import subprocess
import sys
from pathlib import Path

CLONE = Path(__file__).resolve().parent.parent
_UV = (sys.executable, "-m", "uv", "pip", "compile", "--universal", "--upgrade", "--quiet")
_SHAPE = ("--python-version", "3.11", "--generate-hashes")
_NAMED = ("--custom-compile-command", "make lock")
LOCKS = (
    ("requirements.lock", ("pyproject.toml", "--group", "build")),
    (
        "requirements-dev.lock",
        (
            *("pyproject.toml", "--group", "build", "--group", "dev"),
            *("--constraint", "requirements.lock"),
        ),
    ),
    (
        "requirements-train.lock",
        ("pyproject.toml", "--group", "train", "--constraint", "requirements-dev.lock"),
    ),
    ("requirements-node.lock", ("--group", "node")),
)


def main() -> None:
    """Lock Python's packages, then npm's."""
    for lock, sources in LOCKS:
        command = [*_UV, *_SHAPE, *_NAMED, *sources, "--output-file", lock]
        subprocess.run(command, cwd=CLONE, check=True)
    npm = ["npm", "install", "--package-lock-only", "--ignore-scripts"]
    subprocess.run(
        [*npm, "--omit-lockfile-registry-resolved", "--no-audit"], cwd=CLONE, check=True
    )
    for lock in (*(name for name, _ in LOCKS), "package-lock.json"):
        refuse_addresses(CLONE / lock)


def refuse_addresses(lock: Path) -> None:
    """End with an error when `lock` says where a package was downloaded."""
    text = lock.read_text(encoding="utf-8")
    if lock.suffix == ".json":
        packages = json.loads(text)["packages"].values()
        found = any("resolved" in package for package in packages)
    else:
        found = "://" in text
    if found:
        sys.exit(f"{lock.name} names an address; a lock must work with every mirror")


if __name__ == "__main__":
    main()
