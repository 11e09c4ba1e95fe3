"""凭证和存证点: the log as files for anybody's own tools, and what a person takes home of an entry."""

from web.proofs import files, keys, receipts
from web.proofs.blueprint import bp

__all__ = ["bp", "files", "keys", "receipts"]
