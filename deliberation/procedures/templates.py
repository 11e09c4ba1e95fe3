"""The templates of procedures, as data: which stages, in which order, and by which rule each is decided."""

from __future__ import annotations

from typing import Any, NamedTuple


class Stage(NamedTuple):
    """One stage. ``rules``: ids of the catalogue, any of which may decide it; none: no vote is needed.

    ``review``: the text is looked at from outside, and a binding vote on it waits for the answer.
    """

    stage: str
    zh: str
    en: str
    rules: tuple[str, ...] = ()
    review: bool = False

    def to_json(self) -> dict[str, Any]:
        """Return the stage as it is copied into a matter."""
        return {
            "stage": self.stage,
            "zh": self.zh,
            "en": self.en,
            "rules": list(self.rules),
            "review": self.review,
        }


class Template(NamedTuple):
    """A procedure: its names, where it comes from, its stages in order."""

    zh: str
    en: str
    source: str
    stages: tuple[Stage, ...]


#: 四议两公开, with the public comments and the street office's preview that a compact needs.
#: 村民委员会组织法 arts. 28, 31, 33, 35 (2025); 中国共产党农村基层组织工作条例 art. 22.
SI_YI = Template(
    "四议两公开",
    "four deliberations, two publications",
    "村民委员会组织法；中国共产党农村基层组织工作条例",
    (
        Stage("proposed", "党总支提议", "proposed by the Party branch"),
        Stage("consulted", "两委商议", "consulted by both committees"),
        Stage("reviewed_by_party", "党员大会审议", "reviewed by the Party members", ("PARTY4",)),
        Stage("deliberated", "议事会协商", "deliberated by the council", ("DELIB",)),
        Stage("commented", "公开征求意见", "public comments"),
        Stage("prefiled", "街道前置审核", "preview by the street office", review=True),
        Stage("decided", "村民会议表决", "decided by the villagers' assembly", ("VIL_H", "VIL_P")),
        Stage("published", "决议公开", "decision published"),
        Stage("filed", "备案", "filed"),
        Stage("result_published", "实施结果公开", "results published"),
    ),
)

#: 联席会议五步工作法.
WU_BU = Template(
    "五步工作法",
    "five steps",
    "联席会议五步工作法",
    (
        Stage("collected", "民意征集", "opinions collected"),
        Stage("discussed", "事务共商", "discussed together"),
        Stage("carried_out", "推动落实", "carried out"),
        Stage("rated", "评价反馈", "rated by residents"),
        Stage("filed", "镇街备案", "filed with the street office"),
    ),
)

TEMPLATES: dict[str, Template] = {"SI_YI": SI_YI, "WU_BU": WU_BU}

#: template -> (Chinese, English), for forms.
NAMES: dict[str, tuple[str, str]] = {key: (value.zh, value.en) for key, value in TEMPLATES.items()}
