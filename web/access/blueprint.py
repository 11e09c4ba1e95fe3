"""The blueprint that the pages of signing in share."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("access", __name__)
