"""Requests begin in turn, and a slow one keeps nobody waiting."""

import asyncio

from callwright.config.threads import Turns


class Requests:
    """Requests that take turns and last as long as the test wants."""

    def __init__(self, turns: Turns) -> None:
        self._turns = turns
        self.begun: list[str] = []
        self.starts: dict[str, asyncio.Event] = {}
        self.ends: dict[str, asyncio.Event] = {}
        self.tasks: dict[str, asyncio.Task[None]] = {}

    async def come(self, *names: str) -> None:
        for name in names:
            self.starts[name], self.ends[name] = asyncio.Event(), asyncio.Event()
            self.tasks[name] = asyncio.create_task(self._last(name))
        await asyncio.sleep(0)

    async def end(self, name: str) -> None:
        self.ends[name].set()
        await self.tasks[name]
        await asyncio.sleep(0)

    async def _last(self, name: str) -> None:
        async with self._turns.one():
            self.begun.append(name)
            self.starts[name].set()
            await self.ends[name].wait()


def test_no_more_than_so_many_work_at_once_and_the_others_follow_in_their_order() -> None:
    async def play() -> None:
        requests = Requests(Turns(2, slow_after_s=60))
        await requests.come("a", "b", "c", "d")
        assert requests.begun == ["a", "b"]
        await requests.end("b")
        assert requests.begun == ["a", "b", "c"]
        await requests.end("a")
        assert requests.begun == ["a", "b", "c", "d"]
        await requests.end("c")
        await requests.end("d")
        await requests.come("e", "f", "g")
        assert requests.begun[4:] == ["e", "f"]

    asyncio.run(play())


def test_a_slow_request_gives_its_turn_away_and_takes_none_back_when_it_ends() -> None:
    async def play() -> None:
        requests = Requests(Turns(1, slow_after_s=0.5))
        await requests.come("report", "save", "late")
        assert requests.begun == ["report"]
        await asyncio.wait_for(requests.starts["save"].wait(), timeout=5)
        await requests.end("report")
        assert requests.begun == ["report", "save"]  # the end of the slow one is no turn for anybody
        await requests.end("save")
        assert requests.begun == ["report", "save", "late"]

    asyncio.run(play())


def test_a_request_that_fails_or_is_broken_off_gives_its_turn_back() -> None:
    async def play() -> None:
        turns = Turns(1, slow_after_s=60)
        requests = Requests(turns)
        await requests.come("gone", "next")
        requests.tasks["gone"].cancel()
        await asyncio.gather(requests.tasks["gone"], return_exceptions=True)
        await asyncio.sleep(0)
        assert requests.begun == ["gone", "next"]

    asyncio.run(play())
