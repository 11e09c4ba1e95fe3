"""``python3 -m tests``: everything. ``python3 -m tests quick``: all but PostgreSQL, browser and slow tests.

Both run ruff, mypy and the import contracts, then pytest in two processes. Any other arguments go to pytest
alone: ``python3 -m tests tests/polls -k tie``. The closing line of pytest comes last; the exit code is 0 only
if every part is clean.
"""

import os
import subprocess
import sys
import sysconfig
from pathlib import Path

from deliberation.bootstrap import ensure
from deliberation.environment import ROOT, cache_folder

RULES = "E,F,W,I,B,UP,SIM,RUF,C4,PIE,RET,PT"
# Chinese punctuation is meant. Lines are counted in characters, not in columns, by a test of the house.
EXCEPTIONS = "E501,RUF001,RUF002,RUF003"
#: Whole folders that play the village again and again, through its pages or from its story: not part of ``quick``.
HEAVY = ("attacks", "cli", "golden", "story", "tamper", "web", "house/test_first_run.py", "motions/test_replay.py")
#: What is left out whole is not even read: that would take a tenth of the time.
QUICK = ["-m", "not postgres and not browser and not slow", *(f"--ignore=tests/{name}" for name in (*HEAVY, "browser"))]
LOOPBACK = "127.0.0.1,localhost,::1"

TYPE_CHECKING = False
if TYPE_CHECKING:
    Step = tuple[str, list[str]]


def main(arguments: "list[str]") -> int:
    """Run what the arguments ask for; 0 if all of it is clean."""
    quick = arguments[:1] == ["quick"]
    chosen = arguments[1:] if quick else arguments
    steps = _checks() if quick or not chosen else []
    if not arguments:
        steps.append(("浏览器 chromium", [sys.executable, "-m", "tests.chromium"]))
    failed = [name for name, command in steps if not _passes(name, command)]
    os.environ["DELIBERATION_FAILED_CHECKS"] = ", ".join(failed)
    pytest = [sys.executable, "-m", "pytest", "-q", "-o", f"cache_dir={_cache('pytest')}"]
    together = ["-n", "2"] if quick or not chosen else []
    passed = _passes("测试 pytest", [*pytest, *together, *(QUICK if quick else []), *chosen])
    return 0 if passed and not failed else 1


def _checks() -> "list[Step]":
    folders = [name for name in ("deliberation", "web", "tests") if (ROOT / name).is_dir()]
    # --isolated: a settings file in a folder above the checkout would hold otherwise.
    ruff = ["ruff", "check", "--quiet", "--isolated", "--target-version", "py311", "--line-length", "110"]
    rules = ["--select", RULES, "--ignore", EXCEPTIONS, "--cache-dir", _cache("ruff")]
    mypy = ["mypy", "--strict", "--cache-dir", _cache("mypy")]
    contracts = str(Path(sysconfig.get_path("scripts"), "lint-imports"))
    return [
        ("写法 ruff", [sys.executable, "-m", *ruff, *rules, *folders]),
        ("类型 mypy", [sys.executable, "-m", *mypy, "deliberation"]),
        ("层次 import contracts", [contracts, "--no-logo", "--cache-dir", _cache("contracts")]),
    ]


def _cache(name: str) -> str:
    """Caches stand in the environment, not in the checkout; if that is another's, in one's own folder."""
    prefix = Path(sys.prefix)
    return str((prefix if os.access(sys.prefix, os.W_OK) else cache_folder()) / "caches" / name)


def _passes(name: str, command: "list[str]") -> bool:
    print(f"\n── {name} ──", flush=True)
    return subprocess.call(command, cwd=str(ROOT)) == 0


def _same_everywhere() -> None:
    """One locale, and no proxy between a test and a server of its own."""
    os.environ["LC_ALL"] = "C" if sys.platform == "darwin" else "C.UTF-8"
    os.environ["PYTHONUTF8"] = "1"
    os.environ["HYPOTHESIS_STORAGE_DIRECTORY"] = _cache("hypothesis")
    for name in ("no_proxy", "NO_PROXY"):
        os.environ[name] = ",".join(filter(None, [os.environ.get(name), LOOPBACK]))


if __name__ == "__main__":
    ensure("tests", "test")
    _same_everywhere()
    sys.exit(main(sys.argv[1:]))
