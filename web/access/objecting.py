"""异议: a binding ends, and the ballots cast by phone since it was made go with it, in one entry of the log."""

from __future__ import annotations

from deliberation.access.finding import label_of
from deliberation.access.model import Binding
from deliberation.access.tables import bindings
from deliberation.actors import Actor
from deliberation.polls.voiding import ballots_to_void, voided
from deliberation.register.private import Words
from web.access.blueprint import DESK
from web.shell import command_key, confirmed, council, reading


def object_to(id: str, said: Words, by: Actor, second: str = "") -> None:
    """End a binding on somebody's objection. Raises NotFound, BindingOver, MayNotObject."""
    row = reading().row(bindings, id)
    binding = council().get(Binding, id)
    binding.object(said, second=second, by=by)
    if second:
        step = "替一户人记下对绑定的异议：绑定解除，用它投的票作废", "record an objection of a home: the binding ends, its ballots are void"
        confirmed(second, *DESK, step=step, about=label_of(reading(), row.home))
    council().save(binding, *voided(council().get, ballots_to_void(reading(), row), id, by=by), command=command_key())
