"""An earlier moment is folded once and kept while people look at it."""

import threading
from pathlib import Path

import pytest

from deliberation.log import earlier
from deliberation.log.cuts import Cut
from deliberation.log.earlier import Ahead, Progress
from deliberation.log.moments import KEPT, Moments
from tests.given import town as town
from tests.given import village


class Folds:
    """A fold that does one thing."""

    def __init__(self, done=lambda connection: None):
        self.done = done

    def base(self, cut):
        return None

    def fold(self, target, cut, base):
        self.done(target)


def test_a_moment_is_folded_once_for_all_who_look(town):
    folds = []
    moments = Moments()

    def look():
        with moments.at(Cut("jiahe", 3), Folds(folds.append)) as connection:
            connection.exec_driver_sql("SELECT count(*) FROM places").scalar_one()

    threads = [threading.Thread(target=look) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(folds) == 1
    moments.close()


def test_a_fold_that_broke_is_not_kept():
    moments = Moments()
    with pytest.raises(ZeroDivisionError), moments.at(Cut("jiahe", 1), Folds(lambda connection: 1 // 0)):
        pass
    assert moments._kept == {}
    with moments.at(Cut("jiahe", 1), Folds()):
        pass
    moments.close()


def test_old_moments_make_room_and_leave_nothing_behind(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    moments = Moments()
    for size in range(KEPT + 3):
        with moments.at(Cut("jiahe", size), Folds()):
            pass
    assert len(list(Path(tmp_path).glob("deliberation-*"))) == KEPT
    moments.close()
    assert not list(Path(tmp_path).glob("deliberation-*"))


def test_a_page_of_the_past_reads_its_own_moment():
    with village() as council:
        size = council.head().size
        with council.as_of(position=1) as first, council.as_of(position=size) as last:
            assert (first.size, last.size, first.past) == (1, size, True)
        with council.as_of(position=1) as again:
            assert again.size == 1


def test_long_folds_go_on_one_after_the_other_and_only_so_many_wait(monkeypatch):
    monkeypatch.setattr(earlier, "AT_ONCE", 0)
    begun = threading.Event()
    monkeypatch.setattr(Ahead, "_fold", lambda self, cut, database: begun.set())
    with village() as council:
        ahead, size = Ahead(), council.head().size
        for number in range(earlier.LINE + 2):
            cut = Cut(council.community, size - number)
            assert ahead.of(cut, council.database) == Progress(0, size - number)
        assert begun.wait(5)
        assert len(ahead._under_way) == earlier.LINE
        assert ahead.of(Cut(council.community, size, "register"), council.database) is None


def test_a_long_fold_tells_how_far_it_is_and_is_kept(monkeypatch):
    monkeypatch.setattr(earlier, "AT_ONCE", 0)
    with village() as council:
        cut = Cut(council.community, council.head().size)
        assert council.database.ahead.of(cut, council.database) == Progress(0, cut.size)
        for _ in range(100):
            if council.database.ahead.of(cut, council.database) is None:
                break
            threading.Event().wait(0.05)
        assert council.database.moments.ready(cut)
        with council.as_of(position=cut.size) as past:
            assert past.size == cut.size


def test_a_fold_that_fails_beside_the_pages_is_tried_again(monkeypatch, caplog):
    monkeypatch.setattr(earlier, "AT_ONCE", 0)
    monkeypatch.setattr("deliberation.log.cuts.Source.fold", lambda *_: 1 // 0)
    with village() as council:
        ahead, cut = council.database.ahead, Cut(council.community, 3)
        ahead._fold(cut, council.database)
        assert "failed" in caplog.text
        assert ahead._under_way == {}
