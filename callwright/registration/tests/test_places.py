"""Topics in order, under each other and in other categories; what was registered stays as it was (REG-1)."""

import json
import re
from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection
from django.test import Client

from callwright.accounts.models import Account
from callwright.live.models import LiveEvent
from callwright.registration.models import Category, Registration, Topic
from callwright.registration.rules import reordered
from callwright.registration.tests.offer import add, person, retire, told, topic
from callwright.staff.models import AuditEntry

pytestmark = pytest.mark.django_db
HX = {"HX-Request": "true"}


@pytest.fixture
def boss() -> Client:
    Account.objects.create(name="Bakery", is_default=True)
    return person("boss", "supervisor")


@pytest.fixture
def reason(boss: Client) -> Category:
    category = add(boss)
    for name in ("Order", "Complaint", "Question"):
        topic(boss, category, name)
    return category


def named(name: str) -> Topic:
    return Topic.objects.get(name=name)


def place(client: Client, one: Topic, to: Category, *order: Topic, under: Topic | None = None) -> Any:
    sent = {"to": to.pk, "parent": under.pk if under else "", "order": ",".join(str(each.pk) for each in order)}
    return client.post(f"/registration/topics/{one.category_id}/topics/{one.pk}/place/", sent, headers=HX)


def change(client: Client, one: Topic, **sent: Any) -> Any:
    data = {"id": one.pk, "name": one.name, **sent}
    return client.post(f"/registration/topics/{one.category_id}/topics/", data, headers=HX)


def test_topics_stand_in_the_order_in_which_they_are_put(boss: Client, reason: Category) -> None:
    order, complaint, question = (named(name) for name in ("Order", "Complaint", "Question"))
    assert place(boss, question, reason, question, order, complaint).status_code == 204
    assert told() == [("Reason", ["Question", "Order", "Complaint"])]


def test_a_topic_is_put_under_another_and_comes_out_again(boss: Client, reason: Category) -> None:
    order, complaint, question = (named(name) for name in ("Order", "Complaint", "Question"))
    place(boss, complaint, reason, complaint, under=order)
    assert told() == [("Reason", ["Order", "Order > Complaint", "Question"])]
    complaint.refresh_from_db()
    place(boss, complaint, reason, order, question, complaint)
    assert told() == [("Reason", ["Order", "Question", "Complaint"])]
    assert AuditEntry.objects.filter(action="registration_topic_moved").count() == 2


def test_nothing_stands_deeper_than_one_level(boss: Client, reason: Category) -> None:
    order, complaint, question = (named(name) for name in ("Order", "Complaint", "Question"))
    place(boss, complaint, reason, complaint, under=order)
    for one, under in ((question, complaint), (order, question), (order, order), (order, complaint)):
        answer = place(boss, Topic.objects.get(pk=one.pk), reason, under=under)
        assert answer.status_code == 422, (one, under)
        assert "no deeper" in answer.headers["HX-Trigger"] and "offer-changed" in answer.headers["HX-Trigger"]
    assert told() == [("Reason", ["Order", "Order > Complaint", "Question"])]


def test_a_topic_moves_to_another_category_with_what_stands_under_it(boss: Client, reason: Category) -> None:
    order, complaint = named("Order"), named("Complaint")
    place(boss, complaint, reason, complaint, under=order)
    mood = add(boss, "Mood", several="several")
    topic(boss, mood, "Angry")
    answer = change(boss, order, spot=str(mood.pk), spot_before=str(reason.pk))
    assert answer.status_code == 204 and "topic-saved" in answer.headers["HX-Trigger"]
    assert told() == [("Reason", ["Question"]), ("Mood", ["Angry", "Order", "Order > Complaint"])]


def test_a_dialog_opened_earlier_does_not_move_back_what_moved_meanwhile(boss: Client, reason: Category) -> None:
    order, complaint = named("Order"), named("Complaint")
    form = boss.get(f"/registration/topics/{reason.pk}/topics/form/?id={complaint.pk}").content.decode()
    [before] = re.findall(r'name="spot_before" value="([^"]+)"', form)
    place(person("other", "supervisor"), complaint, reason, complaint, under=order)
    assert change(boss, complaint, name="Complaints", spot=before, spot_before=before).status_code == 204
    assert told() == [("Reason", ["Order", "Order > Complaints", "Question"])]


def test_a_list_seen_earlier_takes_nothing_but_the_topic_that_was_moved(boss: Client, reason: Category) -> None:
    order, complaint, question = (named(name) for name in ("Order", "Complaint", "Question"))
    other = person("other", "supervisor")
    place(other, complaint, reason, complaint, under=order)
    topic(other, reason, "Praise")
    place(boss, question, reason, question, order, complaint)  # boss still saw Complaint beside them, and no Praise
    assert told() == [("Reason", ["Question", "Order", "Order > Complaint", "Praise"])]


def test_a_name_stands_once_in_each_list(boss: Client, reason: Category) -> None:
    order = named("Order")
    late = topic(boss, reason, "late", parent=order.pk)
    second = topic(boss, reason, "LATE")
    assert "offered there already" in place(boss, second, reason, under=order).headers["HX-Trigger"]
    assert "offered there already" in change(boss, named("Question"), name="complaint").headers["HX-Trigger"]
    with pytest.raises(IntegrityError), connection.cursor() as cursor:
        cursor.execute("UPDATE registration_topic SET parent_id = %s WHERE id = %s", [late.parent_id, second.pk])


def test_what_was_registered_stays_as_it_was(boss: Client, reason: Category) -> None:
    order, at = named("Order"), datetime(2026, 3, 3, 12, tzinfo=UTC)
    words = [["Reason", "", "Order"]]
    Registration.objects.create(
        id=uuid4(), account=Account.objects.get(), call_id=uuid4(), direction="inbound", started_at=at,
        local_day=date(2026, 3, 3), topics=[order.pk], words=words, created_at=at, updated_at=at,
    )  # fmt: skip
    mood = add(boss, "Mood")
    change(boss, order, name="Purchase", spot=str(mood.pk), spot_before=str(reason.pk))
    order.refresh_from_db()
    boss.post(f"/registration/topics/{mood.pk}/", {"name": "Feelings", "several": "several"})
    retire(boss, order)
    boss.post(f"/registration/topics/{mood.pk}/retire/")
    kept = Registration.objects.get()
    assert (kept.words, kept.topics, kept.updated_at) == (words, [order.pk], at)
    assert Topic.objects.filter(pk=order.pk).exists()


def test_each_change_is_told_to_open_pages(boss: Client, reason: Category) -> None:
    LiveEvent.objects.all().delete()
    retire(boss, named("Order"))
    assert [(one.topic, one.account_id) for one in LiveEvent.objects.all()] == [("registration-offer", None)]
    part = boss.get("/registration/topics/", headers=HX).content.decode()
    assert part.lstrip().startswith('<div class="stack topic-lists"') and "<html" not in part


def test_the_dialog_offers_every_place_that_is_none_too_deep(boss: Client, reason: Category) -> None:
    order, complaint = named("Order"), named("Complaint")
    place(boss, complaint, reason, complaint, under=order)
    form = boss.get(f"/registration/topics/{reason.pk}/topics/form/?id={named('Question').pk}").content.decode()
    assert "Under Order" in form and "Under Question" not in form and "Under Complaint" not in form
    form = boss.get(f"/registration/topics/{reason.pk}/topics/form/?id={order.pk}").content.decode()
    assert "Under" not in form and "Directly in Reason" in form  # it holds others itself


@pytest.mark.parametrize("sent", [{"to": "x"}, {"order": "1,2,,x,-4" * 999}, {"parent": "9" * 40}, {"order": "\x00"}])
def test_bad_input_does_no_harm(sent: dict[str, str], boss: Client, reason: Category) -> None:
    one = named("Order")
    answer = boss.post(f"/registration/topics/{reason.pk}/topics/{one.pk}/place/", sent, headers=HX)
    assert answer.status_code in (204, 400, 422), json.dumps(sent)
    assert told() == [("Reason", ["Order", "Complaint", "Question"])]


@pytest.mark.parametrize(
    ("current", "wanted", "after"),
    [
        ([1, 2, 3], [3, 1, 2], [3, 1, 2]),
        ([1, 2, 3, 4], [4, 2], [1, 4, 3, 2]),
        ([1, 2, 3], [], [1, 2, 3]),
        ([1, 2], [9, 2, 2, 1, 8], [2, 1]),
    ],
)
def test_those_named_change_places_among_themselves(current: list[int], wanted: list[int], after: list[int]) -> None:
    assert reordered(current, wanted) == after
