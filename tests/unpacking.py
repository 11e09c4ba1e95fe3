"""Unpacking what was taken home, on every Python from 3.11.0 on."""

import tarfile
from pathlib import Path


def unpack(tar: tarfile.TarFile, folder: Path) -> None:
    """Unpack plain files; the guard against strange members is newer than the oldest Python we run on."""
    tar.extraction_filter = getattr(tarfile, "data_filter", None)
    tar.extractall(folder)
