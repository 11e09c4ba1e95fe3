"""程序 pages: a matter is a file that everybody can open; staff lead it from gate to gate."""

from web.procedures import dossier, work
from web.procedures.blueprint import bp

__all__ = ["bp", "dossier", "work"]
