"""The environment both commands run in: where it stands, whether it is ready, how it is made.

Standard library only, in the syntax of Python 3.6. Progress goes to stderr, a line every few seconds. An
environment is ready only by a mark, written last and keyed on ``setup.cfg`` and the Python that made it.
"""

import contextlib
import hashlib
import os
import re
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import IO

ROOT = Path(__file__).resolve().parent.parent
LOCK = ".lock"
OFFLINE = re.compile(
    "Retrying|ConnectionError|NewConnection|name resolution|SSLError|CERTIFICATE|ProxyError|timed out"
    "|No matching distribution|Could not find a version"
)
# The user's settings of pip hold (mirrors, certificates, proxies), but for those that install elsewhere.
ELSEWHERE = ("PIP_TARGET", "PIP_PREFIX", "PIP_ROOT")
PIP = {"PIP_USER": "0", "PIP_PROGRESS_BAR": "off", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}


# Where it stands


def homes() -> "Iterator[Path]":
    """The folders an environment may stand in, best first."""
    named = os.environ.get("DELIBERATION_VENV")
    if named:
        yield _of_this_python(Path(named).absolute())
        return
    yield _of_this_python(ROOT / ".venv")
    yield _of_this_python(cache_folder() / hashlib.sha256(str(ROOT).encode()).hexdigest()[:12])


def cache_folder() -> Path:
    """The user's own folder for what can be made again."""
    named = os.environ.get("LOCALAPPDATA" if sys.platform == "win32" else "XDG_CACHE_HOME")
    return Path(named or os.path.expanduser("~/.cache")) / "deliberation"


def _of_this_python(folder: Path) -> Path:
    """``folder`` itself, or a sibling if another Python made it: that one may be running and stays whole."""
    here = "{}.{}".format(*sys.version_info[:2])
    with contextlib.suppress(OSError):
        settings = (folder / "pyvenv.cfg").read_text("utf-8")
        made_by = re.search(r"^version(?:_info)? *= *(\d+\.\d+)", settings, re.MULTILINE)
        if made_by and made_by.group(1) != here:
            return folder.with_name(f"{folder.name}-{here}")
    return folder


def interpreter(home: Path) -> Path:
    return home / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def inside(home: Path) -> bool:
    """Whether this very process runs in the environment at ``home``."""
    return os.path.realpath(sys.prefix) == os.path.realpath(str(home))


# Whether it is ready


def ready(home: Path, extra: "str | None") -> bool:
    """Whether setting up this ``setup.cfg`` with this Python came to its end there."""
    try:
        return interpreter(home).exists() and _mark(home, extra).read_text("utf-8") == _key()
    except OSError:
        return False


def _mark(home: Path, extra: "str | None") -> Path:
    return home / (".ready-" + (extra or "run"))


def _key() -> str:
    python = repr((sys.implementation.cache_tag, sys.platform)).encode()
    return hashlib.sha256((ROOT / "setup.cfg").read_bytes() + python).hexdigest()


def _write_marks(home: Path, extra: "str | None") -> None:
    """Each in one step: a mark is whole or absent. Whoever has an extra has the rest as well."""
    for mark in (_mark(home, extra), _mark(home, None)):
        fresh = mark.with_name(mark.name + ".new")
        fresh.write_text(_key(), "utf-8")
        os.replace(str(fresh), str(mark))


def _remove_marks(home: Path) -> None:
    for mark in home.glob(".ready-*"):
        mark.unlink()


# How it is made


def set_up(lines: "list[str]", extra: "str | None") -> Path:
    """Make or complete the environment in the first folder that can be written; returns the folder.

    ``lines`` are requirements as pip reads them. Exits with the way out in its message when it fails.
    """
    _need_venv()
    with contextlib.ExitStack() as stack:
        home = _hold_first_writable(stack)
        if inside(home) or not ready(home, extra):
            say("首次使用，正在准备运行环境；一般不到一分钟，只做一次。")
            say("First use: setting up the environment, usually under a minute, once.", f"  {home}")
            _remove_marks(home)
            _make_venv(home)
            _install(home, lines)
            _write_marks(home, extra)
            say("准备好了。Ready.")
    return home


def _need_venv() -> None:
    from importlib.util import find_spec

    if find_spec("venv") and find_spec("ensurepip"):
        return
    sudo = "" if sys.platform == "win32" or os.geteuid() == 0 else "sudo "
    raise refused(
        "这个 Python 缺少 venv。在 Debian 或 Ubuntu 上运行下面这一行，然后再运行同样的命令：",
        "This Python lacks venv. On Debian or Ubuntu run this line, then the same command again:",
        "  {}apt install python{}.{}-venv".format(sudo, *sys.version_info[:2]),
    )


def _hold_first_writable(stack: contextlib.ExitStack) -> Path:
    for home in homes():
        try:
            stack.enter_context(locked(home))
        except OSError as error:
            say(f"这里不能写 · cannot be written: {home} ({error.strerror})")
        else:
            return home
    raise refused(
        "没有可以写的文件夹来放运行环境。请用环境变量 DELIBERATION_VENV 指定一个。",
        "No folder for the environment can be written. Name one in the variable DELIBERATION_VENV.",
    )


def _make_venv(home: Path) -> None:
    python = str(interpreter(home))
    if (home / "pyvenv.cfg").exists() and not runs(python, "-c", ""):
        _clear(home)
    if not runs(python, "-m", "pip", "--version"):
        code, output = follow([sys.executable, "-m", "venv", str(home)])
        if code:
            raise refused("建立虚拟环境没有成功：", "Making the virtual environment failed:", *output[-8:])


def _clear(home: Path) -> None:
    """Empty an environment whose Python is gone, but for the lock that is held in it."""
    for entry in home.iterdir():
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(str(entry))
        elif entry.name != LOCK:
            entry.unlink()


def _install(home: Path, lines: "list[str]") -> None:
    environ = {name: value for name, value in os.environ.items() if name not in ELSEWHERE}
    environ.update(PIP)
    code, output = follow([str(interpreter(home)), "-m", "pip", "install", *lines], environ)
    if not code:
        return
    tail = ["  | " + line for line in [line for line in output if "ERROR" in line][-4:] or output[-4:]]
    if not OFFLINE.search("\n".join(output)):
        raise refused("安装没有成功，pip 说：", "The installation failed; pip says:", *tail)
    raise refused(
        "没有连上软件源，或者源里缺少需要的包。请检查 pip 的设置，然后再运行同样的命令，会接着做：",
        "pip could not reach its package index, or the index lacks a package.",
        "Check pip's settings, then run the same command again; it goes on from here:",
        "  软件源 index:      export PIP_INDEX_URL=https://…/simple",
        "  代理 proxy:        export HTTPS_PROXY=http://…",
        "  证书 certificate:  export PIP_CERT=/…/ca.pem",
        *tail,
    )


# Small tools, shared with the tests


def follow(command: "list[str]", environ: "dict[str, str] | None" = None) -> "tuple[int, list[str]]":
    """Run a command and say every two seconds what it is at. Returns its exit code and its lines."""
    began = time.monotonic()
    lines = []  # type: list[str]
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        universal_newlines=True,
        errors="replace",
        env=environ,
    )
    reader = threading.Thread(target=_collect, args=(process.stdout, lines), daemon=True)
    reader.start()
    while reader.is_alive():
        reader.join(2)
        if reader.is_alive():
            doing = lines[-1][:90] if lines else " ".join([Path(command[0]).name, *command[1:3]])
            say(f"  … {time.monotonic() - began:.0f} s  {doing}")
    return process.wait(), lines


def _collect(stream: "IO[str]", lines: "list[str]") -> None:
    with stream:
        for line in stream:
            if line.strip():
                lines.append(line.strip())


def runs(*command: str) -> bool:
    """Whether the command starts and ends well. What it prints is dropped."""
    nothing = subprocess.DEVNULL
    try:
        return subprocess.call(command, stdin=nothing, stdout=nothing, stderr=nothing) == 0
    except OSError:
        return False


@contextlib.contextmanager
def locked(folder: Path) -> "Iterator[None]":
    """Keep other processes out of ``folder``, made if need be. OSError if it cannot be written."""
    folder.mkdir(parents=True, exist_ok=True)
    with open(str(folder / LOCK), "a") as lock:
        seconds = 0
        while not _taken(lock):
            if seconds % 5 == 0:
                say("另一个进程正在准备，等它做完…… Another process is setting up, waiting for it …")
            seconds += 1
            time.sleep(1)
        yield


def _taken(lock: "IO[str]") -> bool:
    """Take the lock if it is free. The system frees it when its holder ends, however that happens."""
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(lock.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    return True


def say(*lines: str) -> None:
    """One line each to stderr, even where the terminal has no Chinese."""
    encoding = sys.stderr.encoding or "ascii"
    for line in lines:
        print(line.encode(encoding, "replace").decode(encoding), file=sys.stderr, flush=True)


def refused(*lines: str) -> SystemExit:
    """Say why it does not go on and what to do; to be raised."""
    say(*lines)
    return SystemExit(1)
