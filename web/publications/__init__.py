"""公示 pages: what hangs now and until when, objections with their answers, and posting."""

from web.publications import objecting, posting, showing
from web.publications.blueprint import bp

__all__ = ["bp", "objecting", "posting", "showing"]
