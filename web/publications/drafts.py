"""Drafts of publications, made from what they show, so that nobody types the same numbers twice. Papers are in Chinese."""

from __future__ import annotations

import json
import re
from typing import Any

from deliberation.polls import aftermath
from deliberation.resolutions.model import caption, chinese_date
from web.papers import Figures, figures
from web.publications.blueprint import About
from web.shell import moment_shown


def draft_of(kind: str, shown: About | None) -> dict[str, str]:
    """Return title and text for a kind of publication of something, nothing where there is no draft for it."""
    makers = {("result", "poll"): _result, ("resolution", "resolution"): _resolution, ("draft", "motion"): _draft}
    make = makers.get((kind, shown.kind)) if shown else None
    return make(shown.row) if make and shown else {}


def _result(poll: Any) -> dict[str, str]:
    vote = figures(poll)
    if vote is None:
        return {}
    named = re.search("《[^《》]+》", poll.title)
    title = f"关于{named[0] if named else f'“{poll.title}”'}表决结果的公示"
    parts = [_count(vote), *(f"{step['zh']}。" for step in vote.steps), f"结果：{vote.outcome[0]}。", _advice(vote)]
    end = _preliminary(poll) + "对结果有疑问的，可在公示期内提出异议，也可以要求当面重新计票。"
    return {"title": title, "text": "".join(part for part in parts if part) + "\n" + end}


def _preliminary(poll: Any) -> str:
    """Where people may still ask about the count, the paper says until when."""
    firm = aftermath.standing(poll)
    if firm is None or not firm.asking(int(moment_shown().timestamp())) or not firm.until:
        return ""
    return f"这是初步结果，{chinese_date(firm.until)}24时以前可以询问计票，逐件书面答复后才算数。"


def _count(vote: Figures) -> str:
    aside = f"不计入 {vote.put_aside} 票，" if vote.put_aside else ""
    unit = vote.unit[0]
    sums = f"同意 {vote.in_favour} {unit}，反对 {vote.against} {unit}，弃权 {vote.abstain} {unit}。"
    return f"名册 {vote.roll} {unit}，{aside}参加 {vote.voted} {unit}：{sums}"


def _advice(vote: Figures) -> str:
    if not vote.advisory:
        return ""
    yes, no, neither = (vote.advisory[choice] for choice in ("for", "against", "abstain"))
    return f"租户等另行征询：{yes + no + neither} 人答复，同意 {yes}，反对 {no}，弃权 {neither}，不计入表决。"


def _resolution(row: Any) -> dict[str, str]:
    text = json.loads(row.text)
    under = caption(row.adopted_on, row.effective_on, row.assembly).strip("（）")
    return {
        "title": row.title,
        "text": f"《{text['title']}》（{row.number}）{under}。全文张贴在公示栏，也可以在网上查看每一条的来历。",
    }


def _draft(motion: Any) -> dict[str, str]:
    return {
        "title": f"关于公开征求《{motion.title}（草案）》意见的公示",
        "text": f"《{motion.title}（草案）》第 {motion.version} 稿全文附后。"
        "公示期内可以在网上写意见，也可以投意见箱或者打电话。每条意见都会答复。",
    }
