"""The blueprint that checkpoints, receipts and the log's files share."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("proofs", __name__)
