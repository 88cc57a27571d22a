"""Our own workflows under a real runner: what jobs say, and what has come of it outside."""

from __future__ import annotations

from tests.workflows.place import BOT, Place

PROVEN = {"publish": "success", "confirm": "success"}


def test_a_push_is_stamped_published_and_proven(place: Place) -> None:
    pushed = place.release()
    run = place.run("rollout.yml")
    assert run.jobs == PROVEN, run.everything
    author, base = place.branch("%an %P")[0].rsplit(" ", 1)
    assert (author, base) == (BOT, pushed)
    assert run.outputs("confirm")["verdict"] == "proven"
    assert place.team.displayed() == [f"main {place.team.number}", f"module {place.team.number}"]
