"""Two bundles of one log: that the newer continues the older, and what came since."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from deliberation.audit import verify
from deliberation.audit.unpacking import opened
from deliberation.log.note import Checkpoint

Progress = Callable[[int, int], None]


class Difference(NamedTuple):
    """What two bundles say: their checkpoints, what was found in each, and how many entries of each type came since."""

    old: Checkpoint | None
    new: Checkpoint | None
    findings_old: list[verify.Finding]
    findings_new: list[verify.Finding]
    added: dict[str, int]

    @property
    def holds(self) -> bool:
        """Whether both hold by themselves and the newer begins with the older."""
        return not self.findings_old and not self.findings_new

    def plain(self) -> dict[str, Any]:
        """Return it as JSON."""
        checkpoints = {name: one and {"size": one.size, "root": one.root.hex()} for name, one in (("old", self.old), ("new", self.new))}
        found = {name: [one._asdict() for one in some] for name, some in (("findings_old", self.findings_old), ("findings_new", self.findings_new))}
        return {"extends": self.holds, **checkpoints, **found, "added": self.added}

    def report(self, language: str) -> list[str]:
        """Return the lines of a report, the verdict last."""
        zh = language == "zh"
        lines = [("旧：" if zh else "old: ") + one.line(language) for one in self.findings_old[:20]]
        lines += [("新：" if zh else "new: ") + one.line(language) for one in self.findings_new[:20]]
        lines += [f"  + {count} {kind}" for kind, count in self.added.items()]
        if not self.holds or self.old is None or self.new is None:
            return [*lines, "新的不是旧的接着写的，或者有一份对不上。" if zh else "The newer does not continue the older, or one does not hold."]
        both = f"{self.old.size} → {self.new.size}"
        return [*lines, f"新的是旧的接着写的，旧的一条也没有变：{both}" if zh else f"The newer continues the older, of which nothing changed: {both}"]


def compare(old: Path, new: Path, progress: Progress = lambda done, size: None) -> Difference:
    """Check both bundles and that the newer begins with the older. Never raises for a bad one: it finds. Raises BundleChanged for one
    that is changed while it is read."""
    before = verify.check(old, progress=progress)
    if before.findings:
        return Difference(None, None, before.findings, [], {})
    with opened(old) as files:
        first = files.checkpoint()
    after = verify.check(new, {first.size: first.root}, progress)
    if after.findings:
        return Difference(first, None, [], after.findings, {})
    with opened(new) as files:
        last = files.checkpoint()
        kinds = Counter(json.loads(leaf)["type"] for leaf in islice(files.leaves(last.size), first.size, None))
    foreign = [] if first.origin == last.origin else [verify.Finding("C01", None, "不是同一个社区的", "these are two communities")]
    return Difference(first, last, [], foreign, dict(sorted(kinds.items())))
