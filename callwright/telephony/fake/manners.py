"""How the simulated people behave in calls that nobody planned: those that somebody clicked."""

from random import Random

from callwright.telephony.fake.plan import CallPlan, Kind


class Manners:
    """Draws answers and talk times; `answer_rate` is the share of clicked calls that the other side answers."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)  # noqa: S311 - simulation, no secret
        self.answer_rate = 0.9
        self.answer_s = (1.0, 5.0)
        self.talk_s: tuple[float, float] | None = (20.0, 120.0)
        """None: talks until somebody hangs up by command."""

    def click_to_call(self, extension: str, dialled: str) -> CallPlan:
        answered = self.random.random() < self.answer_rate
        return CallPlan(
            Kind.ORIGINATE,
            dialled,
            extension=extension,
            answer_s=self.random.uniform(*self.answer_s) if answered else None,
            talk_s=self.random.uniform(*self.talk_s) if self.talk_s else None,
        )
