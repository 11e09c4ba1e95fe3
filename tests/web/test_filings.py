"""Pages of filings: what is sent to the street office, in time or late, and what came back."""

import hashlib
import re
from io import BytesIO

import pytest

from deliberation.filings.model import Filing
from deliberation.meetings.views import minutes_digest
from tests.given import actor, village
from tests.meetings import sittings
from tests.meetings.sittings import MATTER, open_matter
from tests.resolutions.adoptions import TEXT, adopted
from tests.web.proceedings import counting_queries, forced


@pytest.fixture
def town():
    with village() as council:
        open_matter(council, "WU_BU")
        yield council


@pytest.fixture
def compact(site, town):
    """The compact adopted on 29 April; it is 8 May, a day before the last one to file it."""
    made = adopted(town)
    site.at("2026-05-08 10:00")
    return made


@pytest.fixture
def filed(town, compact):
    """The compact filed with the street office, and not answered."""
    return sent(town, compact)


def sent(council, compact, number="甲报〔2026〕1号", at="2026-05-08 10:00"):
    papers = [{"title": "公约文本", "digest": TEXT.digest()}, {"title": "计票单", "digest": "b" * 64}]
    made = Filing.make(
        MATTER, number, resolution=compact.id, to="丙街道办事处", decided_on="2026-04-29", attachments=papers,
        by=actor("secretary", at=at),
    )  # fmt: skip
    council.save(made)
    return made


def new(compact):
    return f"/filings/new/{MATTER}?resolution={compact.id}"


def path_of(filing):
    return f"/filings/{filing.id}"


# filing


def test_what_is_to_be_filed_is_on_the_desk_with_its_last_day(site, compact):
    secretary = site.visitor("secretary")
    desk = secretary.get("/desk").text
    assert new(compact).replace("&", "&amp;") in desk
    assert "还有 1 天" in desk
    assert "5月9日 周六" in desk
    site.at("2026-05-11 10:00")
    assert "迟了 2 天" in secretary.get("/filings").text


def test_a_filing_takes_what_the_log_has_itself(site, compact):
    answer = site.visitor("secretary").press(new(compact), "make", number="甲报〔2026〕1号")
    assert "报送记下了" in answer.text
    assert "甲河村安全自治十条（文本）" in answer.text
    assert TEXT.digest() in answer.text
    assert "在期限以内" in answer.text
    assert new(compact).replace("&", "&amp;") not in site.visitor("secretary").get("/desk").text


def test_of_a_chosen_file_the_digest_is_taken(site, compact):
    secretary = site.visitor("secretary")
    form = dict(secretary.form(new(compact), "make").fields)
    form |= {"number": "甲报〔2026〕1号", "attachments.1.title": "计票单"}
    form["attachments.1.file"] = (BytesIO("票数".encode()), "count.pdf")
    form["attachments.2.file"] = (BytesIO("照片".encode()), "公示照片.jpg")
    answer = secretary.send(f"/filings/new/{MATTER}", form, follow=True, content_type="multipart/form-data")
    assert re.findall("<li><b>(.*?)</b>", answer.text) == ["甲河村安全自治十条（文本）", "计票单", "公示照片.jpg"]
    assert hashlib.sha256("票数".encode()).hexdigest() in answer.text


def test_a_paper_that_is_not_sent_is_left_out_by_emptying_its_name(site, compact):
    typed = {"attachments__0__title": "", "attachments__1__title": "决议", "attachments__1__digest": "a" * 64}
    answer = site.visitor("secretary").press(new(compact), "make", number="1", **typed)
    assert re.findall("<li><b>(.*?)</b>", answer.text) == ["决议"]


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ({"attachments__1__title": "计票单"}, "请选文件，或者填校验值"),
        ({"attachments__1__digest": "a" * 64}, "请写明这份材料叫什么"),
        ({"attachments__1__title": "计票单", "attachments__1__digest": "abc"}, "校验值不完整"),
    ],
)
def test_a_paper_has_a_name_and_a_digest(site, compact, line, sentence):
    answer = site.visitor("secretary").press(new(compact), "make", number="甲报9", **line)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert 'value="甲报9"' in answer.text


def test_a_bundle_is_not_empty(site, compact):
    answer = site.visitor("secretary").press(new(compact), "make", number="1", attachments__0__title="")
    assert answer.status_code == 422
    assert "没有报送：没有附件" in answer.text


def test_a_number_is_given_once(site, compact, filed):
    page = site.visitor("secretary").get(new(compact)).text
    assert 'value="甲报〔2026〕2号"' in page
    answer = site.visitor("secretary").press(new(compact), "make", number="甲报〔2026〕1号")
    assert answer.status_code == 409
    assert "报送编号甲报〔2026〕1号已经用过" in answer.text


def test_a_filing_after_the_last_day_is_late(site, town, compact):
    late = sent(town, compact, at="2026-05-11 10:00")
    page = site.visitor().get(path_of(late)).text
    assert "迟了 2 天" in page
    assert "在期限以内" not in page


def test_the_record_of_a_meeting_is_offered_with_its_digest(site, town):
    meeting = sittings.closed(town)
    site.at("2026-04-03 09:00")
    with town.reading() as r:
        digest = minutes_digest(r, meeting.id)
    page = site.visitor("secretary").get(f"/filings/new/{MATTER}").text
    assert "老甲议事会第三次会议记录" in page
    assert f'value="{digest}"' in page


def test_residents_file_nothing(site, compact, filed):
    zhang = site.visitor("zhang")
    assert zhang.get(new(compact)).status_code == 403
    assert forced(zhang, f"/filings/new/{MATTER}").status_code == 403
    for step in ("acknowledge", "return"):
        assert forced(zhang, f"{path_of(filed)}/{step}").status_code == 403
    assert site.visitor("secretary").get(f"/filings/new/{filed.id}").status_code == 404


# the answer


def test_the_street_office_gives_a_receipt(site, town, filed):
    street = site.visitor("street_office")
    assert path_of(filed) in street.get("/desk").text
    site.at("2026-05-11 14:30")
    page = street.press(path_of(filed), "acknowledge", receipt_number="丙街备〔2026〕7号")
    assert "丙街备〔2026〕7号" in page.text
    assert path_of(filed) not in street.get("/desk").text
    assert "丙街备〔2026〕7号" in site.visitor().get("/filings").text


def test_a_receipt_is_dated_between_the_filing_and_today(site, filed):
    street = site.visitor("street_office")
    answer = street.press(path_of(filed), "acknowledge", receipt_number="丙街备〔2026〕7号", on="2026-05-07")
    assert answer.status_code == 422
    assert "回执日期要在报送当天" in answer.text
    assert 'value="丙街备〔2026〕7号"' in answer.text
    assert "请写明备案号" in street.press(path_of(filed), "acknowledge", receipt_number="").text


def test_a_filing_is_answered_once(site, filed):
    street, secretary = site.visitor("street_office"), site.visitor("secretary")
    form = dict(secretary.form(path_of(filed), "return").fields)
    street.press(path_of(filed), "acknowledge", receipt_number="丙街备〔2026〕7号")
    answer = secretary.send(f"{path_of(filed)}/return", form | {"said": "缺签到表。"})
    assert answer.status_code == 409
    assert "不用再办" in answer.text
    assert "缺签到表。</textarea>" in answer.text


def test_what_came_back_is_filed_again(site, filed, compact):
    page = site.visitor("street_office").press(path_of(filed), "return", said="缺签到表。")
    assert "退回，要补正" in page.text
    assert "缺签到表。" in page.text
    public = site.visitor("zhang").get(path_of(filed)).text
    assert "退回，要补正" in public
    assert "缺签到表。" not in public
    secretary = site.visitor("secretary")
    assert new(compact).replace("&", "&amp;") in secretary.get(path_of(filed)).text
    assert new(compact).replace("&", "&amp;") in secretary.get("/desk").text


# paper and lists


def test_the_form_has_the_figures_of_the_vote_and_the_digests(site, filed):
    page = site.visitor().get(f"{path_of(filed)}/paper").text
    for sentence in ("应到 8 户，实到 8 户（100.00%）", "同意 8，反对 0，弃权 0（户）", "没有送审", TEXT.digest(), "☐ 准予备案"):
        assert sentence in page
    site.visitor("street_office").press(path_of(filed), "acknowledge", receipt_number="丙街备〔2026〕7号")
    assert "☑ 准予备案" in site.visitor().get(f"{path_of(filed)}/paper").text


def test_a_report_on_how_it_is_carried_out_has_no_vote(site, town, compact):
    papers = [{"title": "进展报告", "digest": "c" * 64}]
    made = Filing.make(
        MATTER, "甲报〔2026〕2号", resolution=compact.id, to="丙街道办事处", decided_on="2026-05-08",
        attachments=papers, by=actor("secretary", at="2026-05-08 10:00"),
    )  # fmt: skip
    town.save(made)
    page = site.visitor().get(f"{path_of(made)}/paper").text
    assert "《甲河村安全自治十条》执行情况" in page
    assert "应到" not in page


def test_an_unknown_filing_is_not_found(site):
    for end in ("", "/paper"):
        assert site.visitor().get(f"/filings/{MATTER}{end}").status_code == 404


def test_a_page_of_the_past_is_for_reading(site, town, filed):
    secretary = site.visitor("secretary")
    site.visitor("street_office").press(path_of(filed), "acknowledge", receipt_number="丙街备〔2026〕7号")
    with town.reading() as r:
        before = r.size - 1
    page = secretary.get(f"{path_of(filed)}?as_of={before}").text
    assert "等丙街道办事处的回执" in page
    assert 'id="acknowledge"' not in page


def test_a_page_takes_a_fixed_number_of_queries(site, town, compact):
    def asked():
        with counting_queries(town) as sent_:
            site.visitor("secretary").get("/filings")
        return len(sent_)

    sent(town, compact)
    asked()
    one = asked()
    for n in range(2, 32):
        sent(town, compact, f"甲报〔2026〕{n}号")
    assert asked() == one <= 9


def test_the_pages_speak_english(site, filed):
    visitor = site.visitor()
    visitor.get("/language/en")
    page = visitor.get(path_of(filed)).text
    assert "filed, waiting for the receipt" in page
    assert "within the period" in page
