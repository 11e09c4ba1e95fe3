"""Two languages by the same keys: every sentence has its English, and none is kept that nobody says."""

import re
from collections import defaultdict
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

import web
from web.languages import FOLDER, catalog

ROOT = Path(web.__file__).parent
KEYWORDS = {"_": None, "_l": None, "gettext": None, "lazy_gettext": None, "ngettext": (1, 2)}
METHODS = [("**.py", "python"), ("templates/**.html", "jinja2")]
JINJA = {"templates/**.html": {"extensions": "jinja2.ext.do,jinja2.ext.i18n", "silent": "false"}}
#: What stands beside the capabilities.
SHELL = {"home", "signing", "help", "errors"}


def said() -> dict[str, set[str]]:
    """Every sentence marked for translation -> the capabilities that say it."""
    found: dict[str, set[str]] = defaultdict(set)
    for file, _line, message, _comments, _context in extract_from_dir(ROOT, METHODS, JINJA, KEYWORDS):
        room = re.match(r"(?:templates/)?(\w+)", file)[1]
        known = room not in SHELL and (
            (ROOT / "templates" / room).is_dir() or (ROOT / "translations/en" / f"{room}.po").exists()
        )
        found[message if isinstance(message, str) else message[0]].add(room if known else "shell")
    return found


def known() -> dict[str, str]:
    """Every sentence of the catalogs -> its English."""
    words = {}
    for path in sorted((FOLDER / "en").glob("*.po")):
        with path.open("rb") as file:
            words |= dict(_pair(message) for message in read_po(file, abort_invalid=True) if message.id)
    return words


def _pair(message) -> tuple[str, str]:
    """A sentence with its English; of one that counts things, the plural."""
    if isinstance(message.id, str):
        return message.id, message.string
    return message.id[0], message.string[1] if all(message.string) else ""


ROOMS = sorted({room for rooms in said().values() for room in rooms})


@pytest.mark.parametrize("room", ROOMS)
def test_every_sentence_has_its_english(room):
    words = known()
    missing = [sentence for sentence, rooms in said().items() if room in rooms and not words.get(sentence)]
    assert not missing


@pytest.mark.parametrize("path", sorted((FOLDER / "en").glob("*.po")), ids=lambda path: path.stem)
def test_no_catalog_keeps_a_sentence_that_nobody_says(path):
    with path.open("rb") as file:
        kept = {
            message.id if isinstance(message.id, str) else message.id[0]
            for message in read_po(file)
            if message.id
        }
    assert not kept - set(said())


def test_no_sentence_has_two_translations():
    given = defaultdict(set)
    for path in (FOLDER / "en").glob("*.po"):
        with path.open("rb") as file:
            for message in read_po(file):
                if message.id:
                    given[message.id].add(message.string)
    assert not {id: words for id, words in given.items() if len(words) > 1}


def test_translations_carry_the_same_blanks():
    def blanks(text):
        return sorted(re.findall(r"%\(\w+\)[sd]", text))

    assert not [id for id, words in known().items() if blanks(id) != blanks(words)]


def test_a_missing_translation_would_be_noticed():
    assert "这句话没有人翻译过" not in known()


def test_the_switch_changes_the_page_and_its_language(site):
    visitor = site.visitor("zhang")
    page = visitor.get("/help").text
    assert '<html lang="zh-CN"' in page
    answer = visitor.get("/language/en?towards=/help")
    assert answer.location == "/help"
    page = visitor.get("/help").text
    assert '<html lang="en"' in page
    assert "<h1>Help</h1>" in page
    visitor.get("/language/zh")
    assert "<h1>帮助</h1>" in visitor.get("/help").text


def test_no_chinese_is_left_on_an_english_page_of_the_shell(site):
    visitor = site.visitor()
    visitor.get("/language/en")
    for path in ("/", "/audit", "/help", "/sign-in", "/no-such-page", "/?as_of=3"):
        text = re.sub(
            r"<title>.*?</title>|甲河村|丙街道|中文|[张李王赵钱孙周吴]某|工作人员|网格|议|\d号楼\d+户",
            "",
            visitor.get(path).text,
        )
        assert not re.findall("[\u4e00-\u9fff]+", text), path


def test_refusals_and_field_errors_speak_the_visitors_language(site):
    from tests.web.booth import build

    build(site.app)
    secretary = site.visitor("secretary")
    secretary.get("/language/en")
    answer = secretary.press("/booth", "grant", person="zhang", since="2026-04-02", remark="loud")
    assert "Too loud" in answer.text
    answer = secretary.press("/booth", "grant", since="x")
    assert "such as 2026-04-17" in answer.text


def test_catalogs_are_read_once_and_nothing_is_written(site):
    assert catalog() is catalog()
    assert not list(ROOT.rglob("*.mo"))


def test_a_foreign_cookie_is_no_language(site):
    visitor = site.visitor()
    visitor.client.set_cookie("language", "../../etc")
    assert '<html lang="zh-CN"' in visitor.get("/").text


def test_the_size_of_type_is_an_attribute_from_a_cookie(site):
    visitor = site.visitor()
    assert 'data-size="standard"' in visitor.get("/").text
    for size in ("large", "huge", "standard"):
        visitor.get(f"/size/{size}")
        assert f'data-size="{size}"' in visitor.get("/").text
    assert visitor.get("/size/colossal").status_code == 404
