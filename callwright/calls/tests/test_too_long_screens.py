"""Rules, reviews and totals of calls over their limit, as people of each kind meet them (CALL-7)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from callwright.calls.models import Call, TooLongOutcome, TooLongReview, TooLongReviewPast, TooLongRule
from callwright.calls.operations.too_long_flags import Hit, flag
from callwright.calls.testing import add_call
from callwright.staff.models import AuditEntry
from callwright.telephony.models import Queue

pytestmark = pytest.mark.django_db
RULES, REVIEWS = "/calls/too-long/rules/", "/calls/too-long/"


def now() -> datetime:
    return datetime.now(UTC)


def new_rule(**fields: Any) -> TooLongRule:
    return TooLongRule.objects.create(**{"limit_s": 60, "changed_at": now(), **fields})


def flagged(account: Any, ago: timedelta = timedelta(minutes=5), **fields: Any) -> Call:
    """A call of two minutes, allowed was one."""
    rule = TooLongRule.objects.first() or new_rule()
    call = add_call(account, now() - ago, **fields)
    flag([Hit(account.pk, call.id, rule.pk, 60, call.talk_s, call.talking_since, now())], now=now())
    return call


def text(response: Any) -> str:
    return str(response.content.decode())


@pytest.fixture
def boss_client(browser_of: Any, make_user: Any) -> Any:
    return browser_of(make_user("bea", role="supervisor", all_accounts=True))


@pytest.fixture
def bureau(db: None) -> None:
    from callwright.accounts.models import Organisation

    Organisation.objects.update_or_create(pk=1, defaults={"name": "Bureau", "kind": "bureau", "home_country": "NL"})


@pytest.fixture(autouse=True)
def _outcomes(db: None) -> None:
    """Those that the migration made, also after a test that emptied all tables."""
    for code in ("justified", "talkative", "private", "forgotten", "wrong"):
        TooLongOutcome.objects.get_or_create(code=code)


# ── rules ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_rule_is_written_as_people_write_limits_and_numbers(boss_client: Any) -> None:
    given = {"limit": "12:00", "prefix": "0900", "direction": "outbound", "name": "Paid numbers", "active": "on"}
    assert boss_client.post(RULES, given).status_code == 302
    rule = TooLongRule.objects.get()
    assert (rule.limit_s, rule.prefix, rule.direction, rule.active) == (720, "+31900", "outbound", True)
    page = text(boss_client.get(RULES))
    assert "12:00" in page and "+31900…" in page and "Paid numbers" in page
    assert AuditEntry.objects.get().subject == f"too_long_rule:{rule.pk}"


@pytest.mark.parametrize(
    ("given", "said"),
    [({"limit": "soon"}, "Write the limit like 12:00"), ({"limit": "0:05"}, "Write the limit like 12:00"),
     ({"limit": "1:00", "prefix": "abc"}, "Type the first digits"), ({"limit": ""}, "required"),
     ({"limit": "2:00", "direction": "sideways"}, "Select a valid choice"),
     ({"limit": "2:00", "queue": "99"}, "Select a valid choice"),
     ({"limit": "2:00"}, "There is a rule for exactly these calls already")],
)  # fmt: skip
def test_what_is_wrong_with_a_rule_is_said(boss_client: Any, given: Any, said: str) -> None:
    new_rule()
    page = boss_client.post(RULES, {"active": "on", **given})
    assert said in text(page) and TooLongRule.objects.count() == 1


def test_a_rule_is_changed_and_retired_and_put_back(boss_client: Any) -> None:
    rule = new_rule(prefix="+31900")
    boss_client.post(f"{RULES}{rule.pk}/", {"limit": "3:00", "prefix": "+31906", "active": ""})
    rule.refresh_from_db()
    assert (rule.limit_s, rule.prefix, rule.active) == (180, "+31906", False)
    boss_client.post(f"{RULES}{rule.pk}/retire/")
    assert "1 retired rule" in text(boss_client.get(RULES))
    other = new_rule(prefix="+31906")
    assert "exactly these calls" in text(boss_client.post(f"{RULES}{rule.pk}/retire/", {"again": "1"}, follow=True))
    other.delete()
    boss_client.post(f"{RULES}{rule.pk}/retire/", {"again": "1"})
    rule.refresh_from_db()
    assert rule.retired_at is None


def test_a_rule_that_never_holds_is_pointed_out(boss_client: Any, pbx: Any, bureau: None, account: Any,
                                                other_account: Any) -> None:  # fmt: skip
    new_rule(prefix="+31900")
    for way in ("inbound", "outbound", "internal"):
        new_rule(prefix="+31900", direction=way)
    assert text(boss_client.get(RULES)).count("It never holds") == 1
    queue = Queue.objects.create(pbx=pbx, name="sales", account=account)
    new_rule(queue=queue, account=other_account)
    assert text(boss_client.get(RULES)).count("The queue belongs to another account") == 1


def test_who_sees_some_accounts_sets_limits_for_them_only(
    supervisor_client: Any, account: Any, other_account: Any, bureau: None
) -> None:
    for_all, hidden = new_rule(), new_rule(account=other_account, name="Hidden")
    page = text(supervisor_client.get(RULES))
    assert "All calls" in page and "Hidden" not in page
    for rule in (for_all, hidden):
        assert supervisor_client.get(f"{RULES}{rule.pk}/").status_code == 404
        assert supervisor_client.post(f"{RULES}{rule.pk}/retire/").status_code == 404
    given = {"limit": "5:00", "active": "on"}
    assert "Choose the account" in text(supervisor_client.post(RULES, given))
    assert "not one of yours" in text(supervisor_client.post(RULES, given | {"account": other_account.pk}))
    assert supervisor_client.post(RULES, given | {"account": account.pk}).status_code == 302
    assert TooLongRule.objects.get(account=account).limit_s == 300


def test_the_try_out_says_which_rule_would_hold(boss_client: Any, account: Any, pbx: Any) -> None:
    assert "No rule holds" in text(boss_client.get(f"{RULES}try/?direction=outbound&number=0900123456"))
    new_rule(limit_s=600)
    new_rule(limit_s=120, prefix="+31900", name="Paid")
    assert ">2:00<" in text(boss_client.get(f"{RULES}try/?direction=outbound&number=09001234"))
    found = text(boss_client.get(f"{RULES}try/?direction=inbound&number=0612345678"))
    assert ">10:00<" in found and "+31612345678" in found
    for query in ("", "direction=x", "direction=inbound&number=%01<script>", "direction=inbound&queue=x&account=x"):
        assert boss_client.get(f"{RULES}try/?{query}").status_code == 200


# ── reviews ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_reviewers_see_their_accounts_open_ones_first(
    supervisor_client: Any, account: Any, other_account: Any, owner: Any
) -> None:
    reviewed, hidden = flagged(account, employee=owner), flagged(other_account)
    fresh = flagged(account, timedelta(hours=30))
    review(supervisor_client, reviewed, comment="Was right")
    page = text(supervisor_client.get(REVIEWS))
    assert str(fresh.id) in page and str(reviewed.id) not in page and str(hidden.id) not in page
    page = text(supervisor_client.get(f"{REVIEWS}?state=all"))
    assert page.index(f"too-long-{fresh.id}") < page.index(f"too-long-{reviewed.id}") and "Was right" in page
    for query in (
        f"state=reviewed&employee={owner.pk}",
        f"state=all&outcome={justified().pk}",
        "state=all&period=today",
    ):
        page = text(supervisor_client.get(f"{REVIEWS}?{query}"))
        assert f"too-long-{reviewed.id}" in page and f"too-long-{fresh.id}" not in page, query
    assert "No call fits" in text(supervisor_client.get(f"{REVIEWS}?rule=4711"))
    for url in (f"{REVIEWS}{hidden.id}/review/",):
        assert supervisor_client.get(url).status_code == 404
        assert supervisor_client.post(url, {"outcome": justified().pk, "version": 0}).status_code == 404
    assert text(supervisor_client.get(f"{REVIEWS}{hidden.id}/row/")).strip() == ""


def justified() -> TooLongOutcome:
    return TooLongOutcome.objects.get(code="justified")


def review(client: Any, call: Call, *, version: int = 0, **given: Any) -> Any:
    return client.post(f"{REVIEWS}{call.id}/review/", {"outcome": justified().pk, "version": version, **given})


def test_pages_go_on_and_hold_each_review_once(supervisor_client: Any, account: Any) -> None:
    import re

    calls = [flagged(account, timedelta(minutes=n)) for n in range(70)]
    for call in calls[::7]:
        review(supervisor_client, call)
    url, seen = f"{REVIEWS}?state=all", []
    while url:
        page = text(supervisor_client.get(url))
        seen += re.findall(r'id="too-long-([0-9a-f-]{36})"', page)
        following = re.search(r'hx-get="(/calls/too-long/\?[^"]+)"', page)
        url = following[1].replace("&amp;", "&") if following else ""
    assert len(seen) == 70 and set(seen) == {str(call.id) for call in calls}
    assert seen[-10:] == [str(call.id) for call in calls[::7]]


def test_a_review_is_kept_with_its_past(supervisor_client: Any, supervisor: Any, account: Any) -> None:
    call = flagged(account)
    answer = review(supervisor_client, call, comment="Complicated\r\norder ")
    assert answer.status_code == 204 and "too-long-reviewed" in answer["HX-Trigger"]
    kept = TooLongReview.objects.get()
    assert (kept.outcome, kept.comment, kept.reviewed_by, kept.version) == (
        justified(), "Complicated\norder", supervisor, 1
    )  # fmt: skip
    other = TooLongOutcome.objects.get(code="private")
    review(supervisor_client, call, version=1, outcome=other.pk, comment="")
    assert [one.outcome.code for one in TooLongReviewPast.objects.order_by("id")] == ["justified", "private"]
    page = text(supervisor_client.get(f"/calls/{call.id}/too-long/"))
    assert page.index("Private call") < page.index("Justified") and "Complicated<br>order" in page
    assert "Allowed are" in page and "1:00" in page


def test_the_second_of_two_reviewers_is_told(
    supervisor_client: Any, browser_of: Any, controller: Any, account: Any
) -> None:
    call = flagged(account)
    review(browser_of(controller), call, comment="Mine")
    answer = text(review(supervisor_client, call, comment="Late"))
    assert "A colleague reviewed this call meanwhile" in answer and "Conny" in answer and "Late" in answer
    assert TooLongReview.objects.get().comment == "Mine"


@pytest.mark.parametrize(
    ("given", "said"),
    [({"outcome": ""}, "Choose an outcome"), ({"outcome": "99"}, "Choose an outcome"), ({"outcome": "x"}, "Choose an"),
     ({"comment": "x" * 2001}, "the comment is too long"), ({"version": "x"}, "reviewed this call meanwhile")],
)  # fmt: skip
def test_what_is_no_review_is_refused(supervisor_client: Any, account: Any, given: Any, said: str) -> None:
    call = flagged(account)
    assert said in text(review(supervisor_client, call, **given))
    assert TooLongReview.objects.get().outcome is None


def test_agents_see_the_flag_on_the_page_of_a_call_and_review_nothing(
    owner_client: Any, outsider_client: Any, account: Any
) -> None:
    call = flagged(account)
    page = text(owner_client.get(f"/calls/{call.id}/too-long/"))
    assert "Nobody has reviewed it yet" in page and "data-review" not in page
    assert text(outsider_client.get(f"/calls/{call.id}/too-long/")).strip() == ""
    assert review(owner_client, call).status_code == 403
    fine = add_call(account, now())
    assert text(owner_client.get(f"/calls/{fine.id}/too-long/")).strip() == ""
    assert f'hx-get="/calls/{call.id}/too-long/"' in text(owner_client.get(f"/calls/{call.id}/"))


def test_a_live_call_counts_on(supervisor_client: Any, account: Any) -> None:
    call = flagged(account, status="talking", talking_since=now() - timedelta(seconds=130))
    assert text(supervisor_client.get(REVIEWS)).count("data-since") >= 2
    assert "data-since" in text(supervisor_client.get(f"/calls/{call.id}/too-long/"))


# ── totals and outcomes ───────────────────────────────────────────────────────────────────────────────────────────


def test_totals_count_employees_and_outcomes(supervisor_client: Any, account: Any, owner: Any, colleague: Any) -> None:
    for n, who in enumerate((owner, owner, colleague)):
        review(supervisor_client, flagged(account, timedelta(minutes=n), employee=who))
    flagged(account, employee=owner)
    page = " ".join(text(supervisor_client.get(f"{REVIEWS}totals/")).split())
    row = page[page.index("Olivia") :].split("</tr>")[0]
    assert [part.split("<")[0] for part in row.split('<td class="number">')[1:4]] == ["3", "1", "2"]
    assert "3:00" in row and "4:00" in page
    assert "No call was too long" in text(supervisor_client.get(f"{REVIEWS}totals/?period=yesterday"))


def test_outcomes_are_edited_and_retired_but_not_all(boss_client: Any, account: Any) -> None:
    url = "/calls/too-long/outcomes/"
    assert "Forgotten to hang up" in text(boss_client.get(url))
    assert boss_client.post(url, {"name": "Training"}).status_code == 302
    assert "Another outcome has this name" in text(boss_client.post(url, {"name": "justified"}))
    assert "Give the outcome a name" in text(boss_client.post(url, {"name": "\x07 "}))
    call = flagged(account)
    boss_client.post(f"{url}{justified().pk}/retire/")
    assert "Choose an outcome" in text(review(boss_client, call))
    for one in TooLongOutcome.objects.exclude(name="Training"):
        boss_client.post(f"{url}{one.pk}/retire/")
    last = TooLongOutcome.objects.get(name="Training")
    assert "One outcome has to stay" in text(boss_client.post(f"{url}{last.pk}/retire/", follow=True))
    boss_client.post(f"{url}{last.pk}/", {"name": "Coaching"})
    assert TooLongOutcome.objects.get(retired=False).name == "Coaching"


@pytest.mark.parametrize("query", ["after=x", "after=1.x", "period=forever", "state=x&rule=x&outcome=-1", "account=x",
                                   "employee=none", "from=2026-02-31&period=custom"])  # fmt: skip
def test_no_address_breaks_the_list(supervisor_client: Any, account: Any, query: str) -> None:
    flagged(account)
    for path in (REVIEWS, f"{REVIEWS}totals/"):
        assert supervisor_client.get(f"{path}?{query}").status_code == 200
