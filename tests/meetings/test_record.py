"""The record of a meeting: entries, corrections, signatures, and how it reads."""

from typing import Any

import pytest
from sqlalchemy import event

from deliberation.council import Council
from deliberation.errors import NotFound
from deliberation.log.aggregate import new_id
from deliberation.meetings.minutes import (
    Entry,
    KindUnclear,
    MeetingNotOpen,
    NothingSaid,
    NotOnAgenda,
    RecordChanged,
    RecordSigned,
    SpeakerNotThere,
)
from deliberation.meetings.model import (
    Meeting,
    MeetingStands,
    NotYoursToSign,
    SignedAlready,
)
from deliberation.meetings.record import record
from deliberation.meetings.views import minutes_digest
from deliberation.register import vault
from tests.given import actor, facts, given, refuses, replays, who, words
from tests.meetings.sittings import (
    MATTER,
    called,
    closed,
    decision,
    held,
    mark,
    opened,
    speech,
)

NIGHT = "2026-04-02 21:40"
NEXT_DAY = "2026-04-03 09:00"


def sign(town: Council, meeting: str, part: str, *, person: str = "", digest: str = "") -> None:
    """Sign what stands in the record now, or another digest."""
    with town.reading() as r:
        digest = digest or minutes_digest(r, meeting)
    with town.change(Meeting, meeting) as it:
        it.sign(part, digest, by=actor(person or part, at=NIGHT))


def correct(town: Council, entry: str, text: str, role: str = "secretary", **more: Any) -> None:
    """Correct an entry on the next day."""
    with town.change(Entry, entry) as it:
        it.correct(words(text), words("听错了", role), **more, by=actor(role, at=NEXT_DAY))


def test_what_people_say_lies_in_the_vault_and_what_is_decided_in_the_log() -> None:
    said, decided = speech(called().id, "充电桩太远"), decision(called().id)
    assert "充电桩太远" not in str(facts(said))
    assert len(facts(said)[0][1]["words"]) == 64
    assert facts(decided)[0][1]["text"] == "同意提交村民会议"
    assert facts(decided)[0][1]["words"] == ""


def test_an_entry_has_words_and_a_kind() -> None:
    with refuses(NothingSaid):
        speech(called().id, "  ")
    with refuses(NothingSaid):
        decision(called().id, "")
    with refuses(KindUnclear):
        Entry.write(called().id, MATTER, item="", kind="song", said="啦", by=actor("secretary"))
    with pytest.raises(TypeError, match="speech takes Words"):
        Entry.write(called().id, MATTER, item="", kind="speech", said="张某说", by=actor("secretary"))


def test_entries_are_made_while_the_meeting_is_open(town: Council) -> None:
    meeting = called()
    town.save(meeting)
    with refuses(MeetingNotOpen):
        town.save(speech(meeting.id))
    town.save(opened(meeting))
    town.save(speech(meeting.id))
    with refuses(NotFound):
        town.save(speech(new_id()))


def test_nothing_is_entered_after_the_close(town: Council) -> None:
    meeting = closed(town)
    with refuses(MeetingNotOpen):
        town.save(decision(meeting.id, "会后又想起一条"))


def test_nothing_is_entered_under_an_item_that_was_not_on_the_notice(town: Council) -> None:
    meeting = held(town)
    with refuses(NotOnAgenda, item="9"):
        town.save(decision(meeting.id, item="9"))
    town.save(decision(meeting.id, "休息十分钟", item=""))


def test_only_people_at_the_meeting_are_recorded_as_speaking(town: Council) -> None:
    meeting = held(town)
    for stranger in ("sun", "zhao"):
        with refuses(SpeakerNotThere):
            town.save(speech(meeting.id, speaker=who(stranger)))
    town.save(speech(meeting.id, speaker=who("qian")))
    town.save(speech(meeting.id, speaker=""))


def test_a_correction_leaves_the_old_words_visible_with_its_reason(town: Council) -> None:
    meeting = held(town)
    with town.reading() as r:
        first, _ = record(r, meeting.id).lines
    correct(town, first.id, "充电桩太少")
    with town.reading() as r:
        line, _ = record(r, meeting.id).lines
    assert line.said == "充电桩太少"
    assert [(old.said, old.version) for old in line.struck] == [("充电桩太远", 1)]
    assert (line.latest.reason, line.latest.author) == ("听错了", "工作人员1")
    correct(town, first.id, "充电桩太少、太远")
    with town.reading() as r:
        assert [old.said for old in record(r, meeting.id).lines[0].struck] == ["充电桩太远", "充电桩太少"]


def test_a_correction_states_a_reason_and_words() -> None:
    entry = given(speech(called().id))
    with refuses(NothingSaid):
        entry.correct(words("别的话"), words(" "), by=actor("secretary"))
    with refuses(NothingSaid):
        entry.correct(words(""), words("听错了"), by=actor("secretary"))
    assert facts(entry) == []


def test_chair_and_secretary_sign_the_record_as_it_stands(town: Council) -> None:
    meeting = closed(town)
    sign(town, meeting.id, "secretary")
    sign(town, meeting.id, "chair")
    with town.reading() as r:
        found = record(r, meeting.id)
    assert found.meeting.state == "signed"
    assert found.meeting.chair_digest == found.meeting.secretary_digest == found.digest
    assert not found.changed_since_signing


def test_nobody_signs_what_they_did_not_read(town: Council) -> None:
    meeting = closed(town)
    with refuses(RecordChanged):
        sign(town, meeting.id, "chair", digest="0" * 64)


def test_only_who_presided_and_who_kept_the_record_sign(town: Council) -> None:
    meeting = closed(town)
    with refuses(NotYoursToSign, part_en="chair"):
        sign(town, meeting.id, "chair", person="secretary")
    sign(town, meeting.id, "chair")
    with refuses(SignedAlready):
        sign(town, meeting.id, "chair")


def test_a_meeting_that_is_not_closed_is_not_signed(town: Council) -> None:
    meeting = held(town)
    with refuses(MeetingStands, state_en="in session"):
        sign(town, meeting.id, "chair")


def test_a_signed_record_is_corrected_by_the_chair_or_with_the_chairs_word(town: Council) -> None:
    meeting = closed(town)
    with town.reading() as r:
        entry = record(r, meeting.id).lines[0].id
    correct(town, entry, "会后、签名前的更正")
    sign(town, meeting.id, "secretary")
    for confirmed_by in ("", who("zhang")):
        with refuses(RecordSigned):
            correct(town, entry, "秘书自己改", confirmed_by=confirmed_by)
    sign(town, meeting.id, "chair")
    with refuses(RecordSigned):
        correct(town, entry, "秘书自己改")
    correct(town, entry, "主持人更正", role="chair")
    correct(town, entry, "主持人确认的更正", confirmed_by=who("chair"))
    with town.reading() as r:
        found = record(r, meeting.id)
    assert found.changed_since_signing
    assert found.lines[0].latest.confirmed_by == "工作人员2"
    assert len(found.lines[0].struck) == 3


def test_the_record_shows_all_that_the_paper_shows(town: Council) -> None:
    meeting = held(town)
    poll = new_id()
    vote = {"item": "1", "kind": "vote", "said": "同意3 反对0 弃权0，通过", "poll": poll}
    town.save(Entry.write(meeting.id, MATTER, **vote, by=actor("secretary", at="2026-04-02 20:40")))
    with town.reading() as r:
        found = record(r, meeting.id)
    head = found.meeting
    assert (head.title, head.number, head.place) == ("老甲议事会第三次会议", "〔2026〕3", "党群服务中心")
    assert (found.chair, found.secretary) == ("工作人员2", "工作人员1")
    assert (head.due, head.present, head.leave, head.absent, head.observers) == (4, 3, 1, 0, 1)
    assert [line["title"] for line in found.agenda] == ["审议《安全自治十条》草案", "其他事项"]
    assert [a.name for a in found.sheet("seat", "present")] == ["张某", "李某", "王某"]
    assert [(a.name, a.reason) for a in found.sheet("seat", "leave", "absent")] == [("赵某", "出差")]
    assert [a.affiliation for a in found.sheet("observer", "present")] == ["租户代表"]
    assert [(line.number, line.kind_zh, line.name) for line in found.lines] == [
        (1, "发言", "张某"), (2, "议定事项", ""), (3, "表决", ""),
    ]  # fmt: skip
    assert [line.said for line in found.decisions] == ["同意提交村民会议"]
    assert [(line.said, line.poll) for line in found.votes] == [("同意3 反对0 弃权0，通过", poll)]


def test_a_record_of_a_hundred_entries_takes_as_many_queries_as_one_of_two(town: Council) -> None:
    meeting = held(town)
    few = _queries(town, meeting.id)
    town.save(*(speech(meeting.id, f"第{n}点") for n in range(100)))
    assert _queries(town, meeting.id) == few == 4  # the meeting itself is asked of the driver, by its key


def test_erased_words_and_names_read_so(town: Council) -> None:
    meeting = held(town)
    with town.database.engine.begin() as connection:
        connection.execute(vault.words_table.delete())
        connection.execute(vault.people_table.delete())
    with town.reading() as r:
        found = record(r, meeting.id)
    assert [line.said for line in found.lines] == ["（已删除）", "同意提交村民会议"]
    assert found.lines[0].name == "（已删除）"
    assert found.lines[1].name == ""


def test_a_meeting_nobody_called_has_no_record(town: Council) -> None:
    with town.reading() as r, refuses(NotFound):
        record(r, new_id())


def test_the_record_replays_and_stands_as_it_stood_on_any_day(town: Council) -> None:
    meeting = closed(town)
    before = town.head().size
    with town.reading() as r:
        entry = record(r, meeting.id).lines[0].id
    correct(town, entry, "充电桩太少")
    sign(town, meeting.id, "chair")
    replays(town)
    with town.as_of(position=before) as r:
        assert [line.said for line in record(r, meeting.id).lines] == ["充电桩太远", "同意提交村民会议"]
    with town.as_of(position=before, matter=MATTER) as r:
        assert record(r, meeting.id).meeting.present == 3


def test_an_attendance_change_shows_in_the_record(town: Council) -> None:
    meeting = called()
    town.save(meeting)
    attendance = mark(meeting.id, "li")
    town.save(attendance)
    attendance.change("absent", words=words("没有来", "secretary"), by=actor("secretary"))
    town.save(attendance)
    with town.reading() as r:
        line = record(r, meeting.id).attendees[1]
    assert (line.status, line.reason) == ("absent", "没有来")


def _queries(town: Council, meeting: str) -> int:
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        seen.append(statement)

    with town.reading() as r:
        event.listen(town.database.reader, "before_cursor_execute", note)
        record(r, meeting)
        event.remove(town.database.reader, "before_cursor_execute", note)
    return len(seen)
