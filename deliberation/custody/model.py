"""保管 in the order of the house: what is erased (``erasing``)."""

from __future__ import annotations

from deliberation.custody.erasing import PersonErasure, WordsErasure

__all__ = ["PersonErasure", "WordsErasure"]
