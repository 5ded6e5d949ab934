"""How callers present themselves: withheld, in every notation, in every script."""

from tests.pbx.rig import Rig
from tests.pbx.scenario import scenario

ASSERTED = "P-Asserted-Identity: <sip:79161234567@anonymous.invalid>\nPrivacy: id\n"


async def short_call(rig: Rig, to: str = "74951000101", **caller: str) -> None:
    client = await rig.carrier.call(to, talk_s=2, **caller)  # type: ignore[arg-type]
    await rig[101].answer(0.5)
    await client.over()


@scenario(101)
async def anonymous_display(rig: Rig) -> None:
    """A client who withholds the number (From: Anonymous <sip:anonymous@anonymous.invalid>) calls 101, who
    answers; 2 s of talk; the client hangs up."""
    await short_call(rig, number="anonymous", name="Anonymous", host="anonymous.invalid", headers="Privacy: id\n")


@scenario(101)
async def anonymous_privacy(rig: Rig) -> None:
    """A client whose number the carrier knows (P-Asserted-Identity 79161234567) but asks not to show (Privacy:
    id) calls 101, who answers; 2 s of talk; the client hangs up. The number is withheld, but the dialplan does
    not say so."""
    await short_call(rig, number="anonymous", name="Anonymous", host="anonymous.invalid", headers=ASSERTED)


@scenario(101)
async def anonymous_marked(rig: Rig) -> None:
    """The same through ...116, whose dialplan takes a withheld number away as advised: 101 answers; 2 s of talk;
    the client hangs up. The number is withheld."""
    await short_call(
        rig, "74951000116", number="anonymous", name="Anonymous", host="anonymous.invalid", headers=ASSERTED
    )


@scenario(101)
async def number_empty(rig: Rig) -> None:
    """A client calls 101 without any number in From (<sip:host>-like user "unknown", empty name); 2 s of talk;
    the client hangs up."""
    await short_call(rig, number="unknown", name="")


@scenario(101)
async def number_local(rig: Rig) -> None:
    """A client shown as 89161234567 (Russian trunk notation) calls 101, who answers; 2 s of talk; the client
    hangs up."""
    await short_call(rig, number="89161234567")


@scenario(101)
async def number_local_hungarian(rig: Rig) -> None:
    """A client shown as 06301234567 (Hungarian trunk notation) calls 101, who answers; 2 s of talk; the client
    hangs up."""
    await short_call(rig, number="06301234567")


@scenario(101)
async def number_plus(rig: Rig) -> None:
    """A client shown as +31201234567 calls 101, who answers; 2 s of talk; the client hangs up."""
    await short_call(rig, number="+31201234567")


@scenario(101)
async def number_zerozero(rig: Rig) -> None:
    """A client shown as 0031201234567 calls 101, who answers; 2 s of talk; the client hangs up."""
    await short_call(rig, number="0031201234567")


@scenario(101)
async def name_cyrillic(rig: Rig) -> None:
    """A client named "Иван Петров" calls 101, who answers; 2 s of talk; the client hangs up."""
    await short_call(rig, name="Иван Петров")


@scenario(101)
async def name_arabic(rig: Rig) -> None:
    """A client named "ليلى حسن" calls 101, who answers; 2 s of talk; the client hangs up."""
    await short_call(rig, number="+966501234567", name="ليلى حسن")


@scenario(101)
async def name_accents(rig: Rig) -> None:
    """A client named "Árvíztűrő Tükörfúrógép" calls 101, who answers; 2 s of talk; the client hangs up."""
    await short_call(rig, number="+36301234567", name="Árvíztűrő Tükörfúrógép")


@scenario(101)
async def name_html(rig: Rig) -> None:
    """A client named `<img src=x onerror=alert(1)> & "Co": x` calls 101, who answers; 2 s of talk; the client
    hangs up."""
    await short_call(rig, name='<img src=x onerror=alert(1)> & "Co": x')
