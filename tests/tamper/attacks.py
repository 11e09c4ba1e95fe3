"""Attacks on the log of a whole procedure: each changes entries and is the name of what somebody would do.

What follows from a change (versions, positions, counts, roots of rolls) is mended by ``mending`` unless the attack is to leave it.
"""

import copy
from collections.abc import Callable
from typing import Any, NamedTuple

from deliberation.log.aggregate import id_of, new_id
from deliberation.polls.sealing import seal
from tests.audit.forging import KEY, Entry, Log
from tests.given import household, place, who
from tests.tamper import mending
from tests.tamper.procedure import ERASURES, record_of

Forge = Callable[[Log], None]


class Attack(NamedTuple):
    """A change, and the checks that find it when operator and witnesses stand together: exactly these."""

    forge: Forge
    codes: frozenset[str]
    #: whether the forger counts anew, makes the roots of rolls anew, and numbers every stream anew
    mends: bool

    @property
    def name(self) -> str:
        return self.forge.__name__


ATTACKS: list[Attack] = []


def found_by(*codes: str, mends: bool = True) -> Callable[[Forge], Forge]:
    """Enter an attack into the table with the checks that must find it."""

    def enter(forge: Forge) -> Forge:
        ATTACKS.append(Attack(forge, frozenset(codes), mends))
        return forge

    return enter


#: The vote by ballots is the second poll.
VOTE = 1


def poll(log: Log) -> str:
    return str(log.find("poll.announced", VOTE)["agg"])


def ballot(log: Log, person: str) -> Entry:
    return next(entry for entry in log.entries if entry["type"] == "ballot.cast" and entry["body"]["voter"] == household(person))


def choose(entry: Entry, choice: str) -> None:
    """Seal another choice into a ballot, with the key that is published after the count."""
    entry["body"]["sealed"] = seal(KEY, entry["agg"], entry["aggv"], choice)


def minted(log: Log, person: str, choice: str, *, roll: str = "binding") -> Entry:
    """A ballot of somebody who cast none, made from the pattern of one that is there."""
    entry = copy.deepcopy(log.find("ballot.cast"))
    entry["agg"], entry["actor"]["person"] = id_of(poll(log), household(person)), who(person)
    entry["body"] |= {"voter": household(person), "roll": roll}
    choose(entry, choice)
    log.entries.insert(log.where("box.sealed"), entry)
    return entry


def inserted(log: Log, like: str, which: int, *, before: str, at: int = 0, agg: str = "", **body: Any) -> Entry:
    entry = copy.deepcopy(log.find(like, which))
    entry["agg"] = agg or new_id()
    entry["body"] |= body
    log.entries.insert(log.where(before, at), entry)
    return entry


# ballots


@found_by("C14", mends=False)
def a_choice_turned_and_the_count_left(log: Log) -> None:
    choose(ballot(log, "wang"), "for")


@found_by("C13", mends=False)
def a_ballot_dropped_and_the_count_left(log: Log) -> None:
    log.drop("ballot.cast", 2)
    log.body("poll.counted", VOTE)["cut_off"] -= 1


@found_by("C13", mends=False)
def a_ballot_counted_that_nobody_cast(log: Log) -> None:
    log.body("poll.counted", VOTE)["tallies"]["binding"]["for"] += 1


@found_by("C12", mends=False)
def a_ballot_twice_that_nobody_counted(log: Log) -> None:
    inserted(log, "ballot.cast", 0, before="box.sealed", agg=log.find("ballot.cast")["agg"])["aggv"] = 2
    log.body("poll.counted", VOTE)["cut_off"] += 1


@found_by("C08", "C12", "C13")
def a_ballot_twice(log: Log) -> None:
    again = inserted(log, "ballot.cast", 0, before="box.sealed", agg=log.find("ballot.cast")["agg"])
    again["aggv"] = 2
    choose(again, "for")


@found_by("C08", "C12", "C13")
def a_second_ballot_in_a_stream_of_its_own(log: Log) -> None:
    again = inserted(log, "ballot.cast", 0, before="box.sealed")
    choose(again, "for")


@found_by("C08", "C12", "C13")
def a_ballot_of_somebody_who_is_not_on_the_roll(log: Log) -> None:
    minted(log, "wu", "for")


@found_by("C12", "C13")
def a_ballot_by_the_phone_of_a_neighbour(log: Log) -> None:
    ballot(log, "qian")["actor"]["person"] = who("li")


@found_by("C12", "C13")
def a_ballot_on_a_letter_taken_back(log: Log) -> None:
    letter = log.find("proxy.granted")
    revoked = inserted(log, "proxy.granted", 0, before="poll.opened", at=VOTE, agg=letter["agg"])
    revoked["type"], revoked["body"] = "proxy.revoked", {"poll": poll(log), "number": "2026-B2", "voter": household("sun")}


@found_by("C12", "C13")
def a_ballot_after_the_close(log: Log) -> None:
    late = ballot(log, "zhang")
    log.entries.remove(late)
    log.entries.insert(log.where("poll.closed", VOTE) + 1, late)


@found_by("C12", "C13")
def a_ballot_before_the_opening(log: Log) -> None:
    early = ballot(log, "zhang")
    log.entries.remove(early)
    log.entries.insert(log.where("poll.opened", VOTE), early)


@found_by("C12", "C14", mends=False)
def a_choice_that_is_none(log: Log) -> None:
    choose(ballot(log, "li"), "yes")


@found_by("C09")
def a_ballot_by_phone_signed_by_staff(log: Log) -> None:
    ballot(log, "zhang")["actor"]["role"] = "secretary"


# the count


@found_by("C14", mends=False)
def a_false_tally(log: Log) -> None:
    told = log.body("poll.counted", VOTE)
    told["in_favour"], told["against"] = told["in_favour"] + 1, told["against"] - 1
    told["tallies"]["binding"] |= {"for": told["in_favour"], "against": told["against"]}


@found_by("C08", "C14", mends=False)
def the_outcome_turned(log: Log) -> None:
    log.body("poll.counted", VOTE)["outcome"] = "FAIL"


@found_by("C14")
def the_threshold_changed_in_the_notice(log: Log) -> None:
    log.body("poll.announced", VOTE)["rule"]["majority"][0] |= {"denominator": 3}


@found_by("C14")
def the_quorum_left_out_of_the_notice(log: Log) -> None:
    log.body("poll.announced", VOTE)["rule"]["quorum"] = []


@found_by("C08")
def counted_before_the_close(log: Log) -> None:
    log.move("poll.closed", after="poll.counted")


@found_by("C08")
def opened_before_its_time(log: Log) -> None:
    log.find("poll.opened", VOTE)["at"] = "2026-04-26T08:00:00Z"


@found_by("C14", mends=False)
def reasons_that_do_not_follow(log: Log) -> None:
    log.body("poll.counted", VOTE)["steps"][0]["count"] += 1


# the roll


@found_by("C10")
def a_ghost_on_the_roll(log: Log) -> None:
    pages = mending.of(log, "roll.page_frozen", poll(log))
    pages[0]["body"]["lines"].append([who("ghost"), "鬼", place("网格一"), who("ghost")])


@found_by("C08", "C12", "C13")
def a_voter_taken_off_the_roll(log: Log) -> None:
    pages = mending.of(log, "roll.page_frozen", poll(log))
    pages[0]["body"]["lines"] = [line for line in pages[0]["body"]["lines"] if line[0] != household("wang")]


@found_by("C10")
def a_household_twice_in_the_register(log: Log) -> None:
    lines = log.body("register.households_entered")["lines"]
    lines.append(lines[0])
    log.body("register.households_entered")["count"] += 1


@found_by("C10")
def a_person_who_lives_nowhere_known(log: Log) -> None:
    log.body("register.persons_entered")["lines"][0][1] = who("nowhere")


# paper, hands, letters


@found_by("C16")
def a_slip_more_than_was_sealed(log: Log) -> None:
    log.body("box.sealed")["slips"] = 1


@found_by("C16")
def a_slip_that_nobody_entered(log: Log) -> None:
    log.body("box.sealed")["slips"] = 3


@found_by("C16")
def a_box_sealed_by_one(log: Log) -> None:
    log.body("box.sealed")["second"] = log.find("box.sealed")["actor"]["person"]


@found_by("C16")
def a_slip_read_by_one(log: Log) -> None:
    log.find("slip.read")["actor"] = dict(ballot(log, "zhou")["actor"])


@found_by("C16")
def two_letters_in_one_hand(log: Log) -> None:
    inserted(log, "proxy.granted", 0, before="poll.opened", at=VOTE, voter=household("li"))["actor"]["person"] = who("li")


@found_by("C08", "C16")
def more_hands_than_people(log: Log) -> None:
    log.body("poll.hands_counted")["present"] = 4


@found_by("C16")
def people_at_the_meeting_who_were_not(log: Log) -> None:
    log.body("meeting.closed")["present"], log.body("meeting.closed")["leave"] = 4, 0


@found_by("C16")
def served_by_one_person(log: Log) -> None:
    log.body("notice.served")["workers"] = [who("grid_worker"), who("grid_worker")]


# offices


@found_by("C09")
def minutes_by_somebody_of_no_office(log: Log) -> None:
    log.find("attendance.marked")["actor"]["person"] = who("wu")


@found_by("C09")
def an_act_in_an_office_that_does_not_do_it(log: Log) -> None:
    log.find("motion.admitted")["actor"] = {"person": who("supervisor"), "role": "supervisor"}


@found_by("C09")
def an_act_after_the_term(log: Log) -> None:
    held = next(entry for entry in log.entries if entry["type"] == "role.granted" and entry["body"]["role"] == "street_office")
    held["body"]["until"] = "2026-03-31"


@found_by("C09")
def a_stranger_as_a_resident(log: Log) -> None:
    log.find("comment.made")["actor"]["person"] = new_id()


@found_by("C09")
def a_neighbour_objects_in_another_name(log: Log) -> None:
    log.find("objection.raised")["actor"]["person"] = who("li")


@found_by("C09")
def withdrawn_by_somebody_else(log: Log) -> None:
    gone = inserted(log, "motion.admitted", 0, before="motion.seconded", agg=log.find("motion.proposed")["agg"])
    gone["type"], gone["actor"] = "motion.withdrawn", {"person": who("li"), "role": "delegate"}
    gone["body"]["words"] = "0" * 64
    for entry in [each for each in log.entries if each["type"] != "motion.proposed" and each is not gone]:
        if log.entries.index(entry) > log.entries.index(gone):
            log.entries.remove(entry)


# the order of the procedure


@found_by("C08")
def admitted_with_too_few_seconds(log: Log) -> None:
    log.drop("motion.seconded")


@found_by("C08")
def a_motion_never_admitted(log: Log) -> None:
    log.drop("motion.admitted")


@found_by("C08")
def a_stage_left_out(log: Log) -> None:
    log.body("matter.opened")["stages"] = log.body("matter.opened")["stages"][1:]


@found_by("C08")
def a_stage_passed_out_of_order(log: Log) -> None:
    log.body("matter.gate_passed")["stage"] = "decided"


@found_by("C08")
def the_review_left_out(log: Log) -> None:
    log.drop("matter.reviewed")


@found_by("C08")
def what_the_review_found_left_standing(log: Log) -> None:
    log.body("matter.reviewed")["findings"][0] |= {"clause": "c2", "wording": "电动自行车"}


@found_by("C08")
def an_amendment_written_in_otherwise_than_moved(log: Log) -> None:
    log.body("motion.amended")["operations"][0]["new"] = "电动自行车可以进楼。"


@found_by("C08")
def an_amendment_that_failed_written_in(log: Log) -> None:
    log.body("poll.hands_counted").update(in_favour=1, against=2)
    log.drop("amendment.settled")


@found_by("C08")
def a_resolution_of_another_text(log: Log) -> None:
    log.body("resolution.adopted")["text"]["clauses"][0][1] = "楼道可以堆物。"


@found_by("C08")
def a_resolution_without_the_vote(log: Log) -> None:
    log.body("resolution.adopted")["poll"] = log.find("poll.announced", 0)["agg"]


@found_by("C08")
def a_clause_that_came_from_elsewhere(log: Log) -> None:
    log.body("resolution.adopted")["provenance"][1]["origin"] = "draft"


@found_by("C08")
def two_resolutions_of_one_motion(log: Log) -> None:
    motion = log.body("resolution.adopted")["motion"]
    inserted(log, "resolution.adopted", 0, before="publication.posted", agg=id_of(motion, "resolution", poll(log)), number="甲决〔2026〕2号")


@found_by("C08")
def shown_for_fewer_days(log: Log) -> None:
    log.body("publication.posted").update(days=10, until="2026-05-11")


@found_by("C08")
def shown_from_an_earlier_day(log: Log) -> None:
    log.body("publication.posted").update(from_date="2026-04-28", until="2026-05-13")


@found_by("C08")
def taken_down_too_early(log: Log) -> None:
    log.find("publication.taken_down")["at"] = "2026-05-26T02:00:00Z"
    log.body("publication.posted").update(days=30, until="2026-06-01")


@found_by("C08")
def an_objection_after_the_display(log: Log) -> None:
    log.find("objection.raised")["at"] = log.find("objection.answered")["at"] = "2026-05-20T02:00:00Z"
    log.move("objection.raised", before="publication.taken_down")
    log.move("objection.answered", before="publication.taken_down")


@found_by("C08")
def an_objection_answered_twice(log: Log) -> None:
    inserted(log, "objection.answered", 0, before="filing.made", agg=log.find("objection.raised")["agg"])


@found_by("C08")
def a_notice_under_a_clause_not_in_force(log: Log) -> None:
    log.body("resolution.adopted")["effective_on"] = "2026-06-18"


@found_by("C08")
def a_notice_with_a_shorter_period(log: Log) -> None:
    log.body("notice.issued")["days"] = 1


@found_by("C08")
def a_notice_closed_that_was_not_inspected(log: Log) -> None:
    log.drop("notice.inspected")


@found_by("C08")
def a_receipt_dated_back(log: Log) -> None:
    log.body("filing.acknowledged")["on"] = "2026-05-01"


@found_by("C08")
def a_number_given_twice(log: Log) -> None:
    log.body("report.received", 1)["number"] = log.body("report.received", 0)["number"]
    log.body("report.merged")["number"] = log.body("report.received", 0)["number"]


@found_by("C08")
def a_report_answered_twice(log: Log) -> None:
    inserted(log, "report.answered", 0, before="motion.proposed", agg=log.find("report.answered")["agg"])


@found_by("C08")
def a_matter_closed_and_carried_on(log: Log) -> None:
    closed = inserted(log, "matter.gate_passed", 0, before="motion.proposed", agg=log.find("matter.opened")["agg"])
    closed["type"], opened = "matter.closed", log.body("matter.opened")
    closed["body"] = {"number": opened["number"], "title": opened["title"], "complete": False, "passed": 1, "stages": 10, "words": "0" * 64}


@found_by("C08")
def a_result_that_rests_on_an_annulled_vote(log: Log) -> None:
    fallen = inserted(log, "poll.closed", VOTE, before="motion.settled", agg=new_id())
    fallen["type"], fallen["actor"] = "poll.annulled", {"person": who("chair"), "role": "chair"}
    told = {"poll": poll(log), "number": "2026-B2", "title": "楼道公约", "ground": "court", "ground_zh": "", "ground_en": ""}
    fallen["body"] = told | {"authority": "法院", "document": "1号"}


@found_by("C08")
def a_vote_on_what_does_not_exist(log: Log) -> None:
    log.body("amendment.moved")["motion"] = who("no motion")


@found_by("C08")
def an_amendment_against_another_text(log: Log) -> None:
    log.body("amendment.moved")["base_digest"] = "0" * 64


# the record of a meeting


@found_by("C15")
def a_minute_edited(log: Log) -> None:
    log.body("minute.entered", 1)["text"] = "修正案甲：全体同意，通过。"


@found_by("C15")
def a_minute_taken_out(log: Log) -> None:
    log.drop("minute.entered", 1)


@found_by("C15")
def a_correction_that_overwrites(log: Log) -> None:
    log.body("minute.corrected")["version"] = 1


@found_by("C15")
def a_correction_taken_out(log: Log) -> None:
    log.drop("minute.corrected")


@found_by("C15")
def a_record_signed_by_one_who_was_not_there(log: Log) -> None:
    log.body("meeting.opened")["chair"] = who("committee")


@found_by("C15")
def a_signed_record_corrected_by_the_secretary_alone(log: Log) -> None:
    entry = log.find("minute.corrected")
    later = inserted(log, "minute.corrected", 0, before="matter.review_asked", agg=entry["agg"], version=3, words="1" * 64, reason="2" * 64)
    later["at"] = "2026-03-11T09:00:00Z"


@found_by("C15")
def a_speaker_who_was_on_leave(log: Log) -> None:
    speech = inserted(log, "minute.entered", 0, before="meeting.closed", speaker=who("zhao"))
    for signed in (0, 1):
        log.body("meeting.signed", signed)["digest"] = digest(log, speech["body"]["meeting"])


def digest(log: Log, meeting: str) -> str:
    from deliberation.meetings.minutes import digest_of

    log.renumber()
    return digest_of(record_of(log, meeting))


# erasures


@found_by("C17")
def erased_by_one_person(log: Log) -> None:
    log.body("content.erased")["second"] = log.find("content.erased")["actor"]["person"]


@found_by("C17")
def erased_without_a_ground(log: Log) -> None:
    log.body("person.erased")["ground"] = "不想要了"


@found_by("C17")
def a_ballot_erased(log: Log) -> None:
    sealed = log.body("ballot.cast")["sealed"]
    log.body("content.erased")["commitments"], log.find("content.erased")["agg"] = [sealed], id_of(ERASURES, "words", sealed)


@found_by("C17")
def words_of_another_erased_with_a_person(log: Log) -> None:
    log.body("person.erased")["contents"] = [log.body("objection.raised")["words"]]


@found_by("C17")
def somebody_in_office_erased(log: Log) -> None:
    log.body("person.erased").update(person=who("grid_worker"), contents=[])
    log.find("person.erased")["agg"] = id_of(who("grid_worker"), "erased")


@found_by("C17")
def erased_twice(log: Log) -> None:
    log.entries.insert(-1, copy.deepcopy(log.find("person.erased")) | {"agg": new_id()})


# the chain


@found_by("C06", mends=False)
def a_version_left_out(log: Log) -> None:
    log.find("motion.admitted")["aggv"] = 7


@found_by("C01", "C08", "C19")
def the_founding_taken_out(log: Log) -> None:
    log.drop("community.founded")


@found_by("C05", "C07")
def words_without_a_commitment(log: Log) -> None:
    log.body("comment.answered")["words"] = "谢谢"


@found_by("C05")
def a_field_that_carries_something_else(log: Log) -> None:
    log.body("ballot.cast")["note"] = "李某"


@found_by("C05")
def an_event_of_no_known_type(log: Log) -> None:
    told = inserted(log, "motion.admitted", 0, before="poll.announced")
    told["type"] = "motion.forgotten"


#: What is not found while nobody keeps anything of the log, and why.
LIMITS: dict[Forge, str] = {}


def not_found_because(why: str) -> Callable[[Forge], Forge]:
    def enter(forge: Forge) -> Forge:
        LIMITS[forge] = why
        return forge

    return enter


@not_found_because("in a named poll the operator may invent a ballot of who cast none; that person, or a receipt, finds it")
def a_ballot_invented_for_who_cast_none(log: Log) -> None:
    log.drop("ballot.cast", 4)
    choose(minted(log, "qian", "for"), "for")


@not_found_because("the roll is what the people of the place must check: nothing else knows who lives there")
def a_household_left_off_the_roll(log: Log) -> None:
    pages = mending.of(log, "roll.page_frozen", poll(log))
    pages[0]["body"]["lines"] = [line for line in pages[0]["body"]["lines"] if line[0] != household("qian")]
    log.entries.remove(ballot(log, "qian"))


@not_found_because("the key of the box is published after the count: whoever may rewrite the log may then turn choices")
def a_choice_turned_and_everything_counted_anew(log: Log) -> None:
    choose(ballot(log, "wang"), "for")


@not_found_because("who signs is written by the operator: a whole record may be rewritten with its signatures")
def minutes_rewritten_with_their_signatures(log: Log) -> None:
    body = log.body("minute.entered", 1)
    body["text"] = "修正案甲：全体同意，通过。"
    for signed in (0, 1):
        log.body("meeting.signed", signed)["digest"] = digest(log, body["meeting"])


@not_found_because("a shorter log is a whole log")
def everything_after_the_count_cut_off(log: Log) -> None:
    del log.entries[log.where("motion.settled") :]


@not_found_because("what nothing rests on may be left out from the start")
def an_objection_that_was_never_written_down(log: Log) -> None:
    log.drop("objection.answered")
    log.drop("objection.raised")


@not_found_because("times are the operator's word within the order of the log")
def an_act_dated_otherwise(log: Log) -> None:
    log.find("comment.answered")["at"] = "2026-03-07T03:00:00Z"
