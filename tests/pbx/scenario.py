"""What a scenario is: a coroutine that plays with a rig; its docstring tells what truly happened."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from tests.pbx.rig import Rig

Play = Callable[[Rig], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Scenario:
    """`phones` are registered before; `lines` is how many calls each of them takes; `truth` is one sentence or two."""

    name: str
    play: Play
    truth: str
    phones: tuple[int, ...]
    lines: int
    dialplan: bool  # the recording keeps the dialplan's steps (Newexten)


ALL: dict[str, Scenario] = {}


def scenario(*phones: int, lines: int = 4, dialplan: bool = False) -> Callable[[Play], Play]:
    """Register a scenario under its function's name."""

    def register(play: Play) -> Play:
        assert play.__doc__, play
        name = play.__name__
        assert name not in ALL, name
        ALL[name] = Scenario(name, play, " ".join(play.__doc__.split()), phones, lines, dialplan)
        return play

    return register
