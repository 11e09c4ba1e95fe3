"""Receipts, checkpoints and the log over HTTP: what anybody can take home, and check later without us."""

import base64
from pathlib import Path

import pytest

from deliberation.audit import checkpoints as checkpoints_module
from deliberation.audit.bundle import export
from deliberation.log.hashes import WIDTH
from deliberation.log.note import Checkpoint, Verifier, opened
from deliberation.log.proof import Proof
from deliberation.log.tlog import leaf_hash, root_of
from tests.audit.conftest import show_of_hands
from tests.audit.test_checkpoints import speak
from tests.given import who
from tests.tamper.conftest import mend_the_head
from tests.web.conftest import Site
from web.sealed import code_of


@pytest.fixture
def sealed(site: Site) -> Site:
    """A village in which something was counted, and a checkpoint over it."""
    show_of_hands(site.council)
    site.app.extensions["checkpoints"].seal()
    return site


def receipt(site: Site, position: int) -> str:
    return site.visitor().get(f"/receipts/{position}.tlog-proof").text


def keys(site: Site) -> list[Verifier]:
    lines = site.visitor().get("/log/policy").text.splitlines()
    return [Verifier.read(line.removeprefix("log ")) for line in lines if line.startswith("log ")]


# the log for tools of others


def test_the_log_is_served_as_it_is_exported(sealed: Site, tmp_path: Path) -> None:
    made = sealed.app.extensions["checkpoints"]
    export(made, tmp_path / "bundle")
    for path in (tmp_path / "bundle").rglob("*"):
        name = path.relative_to(tmp_path / "bundle").as_posix()
        if path.is_file() and name.startswith(("checkpoint", "tile", "policy")):
            answer = sealed.visitor().get(f"/log/{name}")
            assert (answer.status_code, answer.data) == (200, path.read_bytes()), name


def test_what_never_changes_may_be_kept_and_the_newest_checkpoint_only_briefly(sealed: Site) -> None:
    newest = sealed.visitor().get("/log/checkpoint")
    size = Checkpoint.of(newest.text).size
    assert newest.headers["Cache-Control"] == "public, max-age=5"
    assert newest.mimetype == "text/plain"
    tile = sealed.visitor().get(f"/log/tile/0/000.p/{size}")
    assert "immutable" in tile.headers["Cache-Control"]
    assert tile.mimetype == "application/octet-stream"
    assert "Set-Cookie" not in tile.headers


def test_tiles_lead_to_the_checkpoint(sealed: Site) -> None:
    checkpoint = Checkpoint.read(opened(sealed.visitor().get("/log/checkpoint").text, keys(sealed)).text)
    data = sealed.visitor().get(f"/log/tile/0/000.p/{checkpoint.size}").data
    assert root_of([data[at : at + 32] for at in range(0, len(data), 32)]) == checkpoint.root


@pytest.mark.parametrize("path", ["tile/0/000", "tile/0/001", "tile/9/000.p/1", "tile/entries/000", "tile/x", "checkpoints/3", "tile/0/000.p/255"])
def test_what_no_checkpoint_covers_is_not_served(sealed: Site, path: str) -> None:
    assert sealed.visitor().get(f"/log/{path}").status_code == 404


def test_before_the_first_checkpoint_there_is_none(site: Site) -> None:
    assert site.visitor().get("/log/checkpoint").status_code == 404
    assert "还没有做过存证点" in site.visitor().get("/log/keys").text
    assert WIDTH == 256


# receipts


def test_a_receipt_shows_inclusion_to_whoever_has_a_copy_of_the_entry(sealed: Site) -> None:
    leaf = sealed.visitor().get("/history/24/leaf").data
    proof = Proof.read(receipt(sealed, 24))
    assert proof.holds(leaf_hash(leaf), keys(sealed))
    assert not proof.holds(leaf_hash(leaf + b" "), keys(sealed))
    page = sealed.visitor().get("/receipts/24").text
    assert leaf_hash(leaf).hex() in page
    assert "qr" in page


def test_until_the_next_checkpoint_the_page_waits(sealed: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    speak(sealed.council)
    last = sealed.council.head().size - 1
    answer = sealed.visitor().get(f"/receipts/{last}")
    assert answer.headers["Refresh"] == "5"
    assert "已经记下了" in answer.text
    assert sealed.visitor().get(f"/receipts/{last}.tlog-proof").status_code == 404
    monkeypatch.setattr(checkpoints_module, "APART", 0)
    answer = sealed.visitor().get(f"/receipts/{last}")
    assert "Refresh" not in answer.headers
    assert "存成文件" in answer.text


def test_an_entry_that_is_not_there_has_no_receipt(sealed: Site) -> None:
    assert sealed.visitor().get("/receipts/999").status_code == 404
    assert sealed.visitor().get("/receipts/999.tlog-proof").status_code == 404


def check(site: Site, text: str) -> str:
    return site.visitor().press("/receipts/check", "check", text=text).text


def test_a_receipt_is_checked_later(sealed: Site) -> None:
    assert "一个字节也没有变" in check(sealed, receipt(sealed, 24))
    assert "一个字节也没有变" in check(sealed, "\r\n" + receipt(sealed, 24).replace("\n", "\r\n"))


def test_a_receipt_that_the_log_no_longer_keeps_raises_alarm(sealed: Site) -> None:
    text = receipt(sealed, 24)
    with sealed.council.database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE events SET leaf = (SELECT leaf FROM events WHERE position = 23) WHERE position = 24")
    assert "对不上！" in check(sealed, text)


def test_a_receipt_of_a_log_that_was_cut_raises_alarm(sealed: Site) -> None:
    last = sealed.council.head().size
    speak(sealed.council)
    sealed.app.extensions["checkpoints"].seal()
    text = receipt(sealed, last)
    with sealed.council.database.engine.begin() as connection:
        connection.exec_driver_sql(f"DELETE FROM events WHERE position >= {last}")
    mend_the_head(sealed.council)
    assert "对不上！" in check(sealed, text)


def test_a_strangers_receipt_is_not_recognised(sealed: Site) -> None:
    text = receipt(sealed, 24)
    line = text.splitlines()[-1]
    forged = text.replace(line, f"— jiahe {base64.b64encode(bytes(68)).decode()}")
    assert "没有这个社区的签名" in check(sealed, forged)


@pytest.mark.parametrize("text", ["随便写的", "c2sp.org/tlog-proof@v1\nindex 1\n\nx", "c2sp.org/tlog-proof@v1\nindex x\n\nx"])
def test_what_is_no_receipt_comes_back_with_what_was_typed(sealed: Site, text: str) -> None:
    page = check(sealed, text)
    assert "不是一份完整的凭证" in page
    assert text.splitlines()[0] in page


# checkpoints that were copied


def newest(site: Site) -> str:
    return site.visitor().get("/log/checkpoint").text


@pytest.mark.parametrize("copied", ["{}", "  存证点 {} ", "{upper}", "{spaced}"])
def test_a_checkpoint_copied_from_paper_is_compared_however_it_was_written(sealed: Site, copied: str) -> None:
    short = Checkpoint.of(newest(sealed)).short
    text = copied.format(short, upper=short.upper().replace("-", "－").replace("0", "O"), spaced=short.replace("-", " "))
    speak(sealed.council)
    assert "跟您手里的存证点一样" in check(sealed, text)


def test_a_digit_copied_wrongly_asks_to_look_once_more(sealed: Site) -> None:
    short = Checkpoint.of(newest(sealed)).short
    page = check(sealed, short[:-1] + ("0" if short[-1] != "0" else "1"))
    assert "看有没有抄错" in page
    assert short[:-1] in page


def test_the_code_of_a_paper_is_compared_as_it_is_read(sealed: Site) -> None:
    assert "跟您手里的存证点一样" in check(sealed, newest(sealed))
    foreign = newest(sealed).replace("\n— jiahe ", "\n— other ")
    assert "没有这个社区的签名" in check(sealed, foreign)


def test_a_signed_checkpoint_over_more_than_there_is_raises_alarm(sealed: Site) -> None:
    last = sealed.council.head().size
    speak(sealed.council)
    sealed.app.extensions["checkpoints"].seal()
    note = newest(sealed)
    with sealed.council.database.engine.begin() as connection:
        connection.exec_driver_sql(f"DELETE FROM events WHERE position >= {last}")
    mend_the_head(sealed.council)
    assert "对不上！" in check(sealed, note)
    assert "看有没有抄错" in check(sealed, Checkpoint.of(note).short)


# keys


def test_two_of_the_desk_change_the_key(sealed: Site) -> None:
    secretary = sealed.visitor("secretary")
    secretary.press("/log/keys", "change", reason="moved", second=who("chair"))
    old, new = keys(sealed)
    page = secretary.get("/log/keys").text
    assert page.index(str(new)) < page.index(str(old))
    newest = sealed.visitor().get("/log/checkpoint").text
    assert opened(newest, [new]).signed == (new,)
    assert "一个字节也没有变" in check(sealed, receipt(sealed, 24))


def test_a_neighbour_does_not(sealed: Site) -> None:
    assert "更换存证钥匙" not in sealed.visitor("zhang").get("/log/keys").text


# on paper


def test_papers_carry_the_newest_checkpoint_and_its_signature_as_a_code(sealed: Site) -> None:
    note = sealed.visitor().get("/log/checkpoint").text
    with sealed.app.test_request_context("/"):
        mark = str(sealed.app.jinja_env.globals["shell"].sealed())  # type: ignore[attr-defined]
        assert Checkpoint.of(note).short in mark
        assert str(code_of(note)) in mark


def test_papers_with_a_code_of_their_own_carry_it_in_short(sealed: Site) -> None:
    short = Checkpoint.of(newest(sealed)).short
    with sealed.app.test_request_context("/"):
        shell = sealed.app.jinja_env.globals["shell"]
        assert shell.pinned() == short  # type: ignore[attr-defined]
        assert short in str(sealed.app.jinja_env.get_template("ui.html").module.pin())  # type: ignore[attr-defined]


def test_before_the_first_checkpoint_papers_are_whole_without(site: Site) -> None:
    with site.app.test_request_context("/"):
        shell = site.app.jinja_env.globals["shell"]
        assert (shell.pinned(), str(shell.sealed())) == ("", "")  # type: ignore[attr-defined]
