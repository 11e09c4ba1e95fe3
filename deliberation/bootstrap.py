"""The first step of both commands: find a Python, have an environment, go on inside it.

Standard library only, and like ``environment.py`` in the syntax of Python 3.6, so that an old interpreter
answers with a sentence instead of a syntax error. What is needed stands in ``setup.cfg`` alone.
"""

import configparser
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from deliberation.environment import (
    ROOT,
    homes,
    inside,
    interpreter,
    ready,
    refused,
    runs,
    say,
    set_up,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn

OLDEST = (3, 11)
INTERPRETERS = ("python3.13", "python3.12", "python3.11")
JUST_SET_UP = "DELIBERATION_JUST_SET_UP"

REQUIREMENT = re.compile(
    r"""(?P<name>[\w.-]+) \s*
        (?:\[ (?P<options>[\w,\s-]+) \])? \s*
        (?P<bounds>(?:(?:>=|<=|==|!=|<|>)\s*\d+(?:\.\d+)*[\s,]*)*)
        (?:;\s* sys_platform \s* (?P<relation>[!=]=) \s* "(?P<platform>\w+)")?""",
    re.VERBOSE,
)
BOUND = re.compile(r"(>=|<=|==|!=|<|>)\s*(\d+(?:\.\d+)*)")
ORDERS = {">=": (0, 1), "<=": (0, -1), "==": (0,), "!=": (1, -1), "<": (-1,), ">": (1,)}


def ensure(module: str, extra: "str | None" = None) -> None:
    """Return if all that ``module`` needs is here; otherwise set up and start it again where it is.

    ``extra`` names a further list of ``setup.cfg``. Exits with the way out in its message when that fails.
    """
    if sys.version_info < OLDEST:
        _go_on_in_newer_python(module)
    just_set_up = os.environ.pop(JUST_SET_UP, None)
    lines = requirements(extra)
    lacking = unmet(lines)
    if not lacking:
        return
    if just_set_up:
        raise refused("装好之后仍然缺少：", "Still missing after the set-up:", *lacking)
    try:
        home = next((home for home in homes() if ready(home, extra) and not inside(home)), None)
        if home is None:
            home = set_up(lines, extra)
            os.environ[JUST_SET_UP] = "1"
    except KeyboardInterrupt:
        say("已中断。再运行一次同样的命令，会接着做。", "Interrupted. Run the same command again to go on.")
        sys.exit(130)
    hand_over(str(interpreter(home)), module)


def requirements(extra: "str | None" = None, file: "Path | None" = None) -> "list[str]":
    """The requirement lines of ``setup.cfg``; none where pip installed the package and all it needs."""
    config = configparser.ConfigParser(interpolation=None)
    config.read(str(file or ROOT / "setup.cfg"), encoding="utf-8")
    if not config.has_section("options"):
        return []
    text = config.get("options", "install_requires")
    if extra:
        text += "\n" + config.get("options.extras_require", extra)
    return [line.strip() for line in text.splitlines() if line.strip()]


def unmet(lines: "list[str]") -> "list[str]":
    """Those lines that the running interpreter does not meet. ValueError on one it cannot read."""
    return [line for line in lines if not _met(line)]


def _met(line: str) -> bool:
    from importlib.metadata import PackageNotFoundError, version

    match = REQUIREMENT.fullmatch(line)
    if match is None:
        raise ValueError("a requirement that cannot be read here: " + line)
    wanted = match.groupdict()
    if wanted["platform"] and (wanted["platform"] == sys.platform) != (wanted["relation"] == "=="):
        return True
    try:
        for name in _brought_by(wanted["name"], wanted["options"]):
            version(name)
        return satisfies(version(wanted["name"]), wanted["bounds"])
    except PackageNotFoundError:
        return False


def _brought_by(name: str, options: "str | None") -> "list[str]":
    """What ``name[options]`` brings beside ``name``: psycopg without its binary fails only when used."""
    from importlib.metadata import requires

    return [
        re.split(r"[^\w.-]", line)[0]
        for option in re.findall(r"[\w-]+", options or "")
        for line in requires(name) or ()
        if re.search(f"extra == [\"']{option}[\"']", line)
    ]


def satisfies(version: str, bounds: str) -> bool:
    """Whether a version meets bounds such as ``>=3.1,<3.2``. A pre-release counts as its release."""
    have = _numbers(version)
    for relation, number in BOUND.findall(bounds):
        want = _numbers(number)
        if (have > want) - (have < want) not in ORDERS[relation]:
            return False
    return True


def _numbers(version: str) -> "tuple[int, ...]":
    """The numbers that a version begins with, without the zeros at their end: 4 and 4.0 are one."""
    match = re.match(r"\d+(?:\.\d+)*", version)
    numbers = [int(part) for part in match.group().split(".")] if match else []
    while numbers and numbers[-1] == 0:
        numbers.pop()
    return tuple(numbers)


def _go_on_in_newer_python(module: str) -> "NoReturn":
    for name in INTERPRETERS:
        python = shutil.which(name)
        # A name on PATH may be a stub that does not start: ask it.
        if python and runs(python, "-c", f"import sys; sys.exit(sys.version_info < {OLDEST})"):
            hand_over(python, module)
    have = sys.version.split()[0]
    raise refused(
        f"需要 Python 3.11 或更新的版本；这里是 {have}，PATH 上也没有更新的。安装之后再运行同样的命令：",
        f"Python 3.11 or newer is needed; this is {have} and PATH has no newer one.",
        "Install it, then run the same command again:",
        "  Debian 12+, Ubuntu 24.04+:  sudo apt install python3 python3-venv",
        "  macOS:                      brew install python@3.13",
        "  Windows:                    winget install Python.Python.3.13",
        "  其他系统 other systems:     https://www.python.org/downloads/",
    )


def hand_over(python: str, module: str) -> "NoReturn":
    """Become ``python -m module`` with the same arguments, so that exit code and Ctrl-C are the other's."""
    command = [python, "-m", module, *sys.argv[1:]]
    if os.name != "nt":
        os.execv(python, command)
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    sys.exit(subprocess.call(command))
