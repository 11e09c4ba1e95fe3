"""The blueprint that the pages of the register share."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("register", __name__)
