"""What is sent of a note and to whom, and how it is said (ACC-6). Pure."""

from datetime import UTC, datetime

import pytest

from callwright.calls.note_rules import Past, Plan, is_changed, joined, plan_of, stands_as, state_of
from callwright.calls.note_words import standing
from callwright.calls.queries.notes import Sending, SentTo

AT = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("past", "notes", "corrections"),
    [
        ([], "ab", ""),
        ([Past("now", {"a": "sent"})], "b", ""),
        ([Past("now", {"A": "sent", "b": "waiting"})], "", ""),
        ([Past("before", {"a": "sent"})], "b", "a"),  # b has nothing that it would correct
        ([Past("before", {"a": "waiting", "b": "sent"})], "", "ab"),
        ([Past("before", {"a": "refused", "b": "withdrawn"})], "ab", ""),
        ([Past("before", {"a": "failed"}, perhaps=frozenset("a"))], "b", "a"),  # it may have arrived
        ([Past("now", {"a": "failed", "b": "sent"})], "a", ""),
        ([Past("now", {"a": "failed"}), Past("now", {"b": "sent"})], "a", ""),  # in whichever sending it failed
        (
            [Past("now", {"a": "failed"}, perhaps=frozenset("a"))],
            "ab",
            "",
        ),  # who asks for it knows that it may be twice
        ([Past("now", {"a": "sent"}), Past("before", {"b": "sent"})], "", "b"),
        ([Past("now", {"a": "sent"}), Past("before", {"a": "sent"})], "b", "a"),
        ([Past("now", {"a": "sent"}), Past("before", {"a": "refused"})], "b", ""),
        ([Past("now", {"a": "sent"}), Past("now", {"b": "sent"})], "", ""),
    ],
)
def test_what_each_had_last_decides_what_they_get(past, notes, corrections):
    assert plan_of("now", ["a", "b"], past) == Plan(tuple(notes), tuple(corrections))


@pytest.mark.parametrize(
    ("past", "state"),
    [
        ([Past("x", {"a": "failed"}), Past("x", {"b": "sent"})], "partly"),
        ([Past("x", {"a": "failed"}), Past("x", {"a": "sent", "b": "sent"})], "sent"),
        ([Past("x", {"a": "failed"}, over=frozenset("a")), Past("x", {"b": "sent"})], "sent"),
        ([Past("x", {"a": "failed"}), Past("y", {"b": "waiting"})], "waiting"),
        ([Past("x", {"a": "refused"})], "failed"),
        ([Past("x", {})], ""),
    ],
)
def test_a_note_stands_as_all_sendings_of_its_last_text_together(past, state):
    assert stands_as(past) == state


@pytest.mark.parametrize(
    ("text", "past", "changed"),
    [
        ("now", [Past("now", {"a": "failed"})], False),  # in vain, which is told apart
        ("new", [Past("now", {"a": "failed"})], True),
        ("now", [Past("now", {"a": "failed"}, over=frozenset("a")), Past("now", {"b": "sent"})], True),  # is back again
        ("now", [Past("now", {"a": "sent"}), Past("before", {"b": "sent"})], False),
    ],
)
def test_what_somebody_lacks_makes_it_changed(text, past, changed):
    assert is_changed(text, ["a"], past) is changed


@pytest.mark.parametrize(
    ("text", "chosen", "changed"),
    [("now", ["a"], False), ("now", ["a", "b"], True), ("now", [], False), ("other", [], True), ("", ["a"], False)],
)
def test_a_note_is_changed_by_its_text_and_by_who_is_added(text, chosen, changed):
    assert is_changed(text, chosen, [Past("now", {"a": "sent"})]) is changed
    assert not is_changed(text, chosen, [])


@pytest.mark.parametrize(
    ("states", "ended", "state"),
    [
        (["sent", "waiting"], False, "waiting"), (["sent"], True, "sent"), (["sent", "refused"], True, "partly"),
        (["failed", "refused"], True, "failed"), (["sent", "withdrawn"], True, "sent"),
        (["withdrawn"], True, "withdrawn"),
    ],
)  # fmt: skip
def test_the_state_of_a_sending_is_that_of_its_recipients(states, ended, state):
    assert state_of(states, ended=ended) == state


def stands(state="", *, changed=False, waits=False, sent=(), chosen=("Ann",), same=True, text="x", answer=""):
    people = tuple(SentTo(name, f"{name}@x.example", state, answer) for name, state in sent)
    sending = Sending(1, state, AT, AT, answer, False, False, people, is_same_text=same) if state else None
    known = {"text": text, "state": state, "changed": changed, "waits": waits, "sending": sending, "chosen": chosen}
    found = standing(**known)
    words = str(found.words).replace("<bdi>", "").replace("</bdi>", "")
    return found.status, words, found.action


def test_a_note_that_was_not_sent_says_what_will_become_of_it():
    assert stands() == ("note_unsent", "It is sent when somebody sends it, to Ann.", "Send")
    assert stands(waits=True) == ("note_unsent", "It is sent by itself after the call, to Ann.", "Send")
    nobody = "Nobody with an e-mail address is chosen: the note stays in the account."
    assert stands(chosen=()) == ("note_unsent", nobody, "")
    assert stands(chosen=("A", "B", "C", "D", "E"))[1] == "It is sent when somebody sends it, to A, B, C and 2 more."
    assert stands(text="")[2] == ""
    assert "<script>" not in stands(chosen=("<script>",))[1]


def test_a_note_that_was_sent_says_to_whom_and_why_not():
    status, words, action = stands("sent", sent=[("Ann", "sent")])
    assert (status, action) == ("note_sent", "") and words.endswith(" to Ann.") and "<time" in words
    assert stands("waiting", sent=[("Ann", "waiting")]) == ("note_waiting", "Being sent to Ann.", "")
    later = "Being sent to Ann. The mail server said: 451 Later. It is tried again."
    assert stands("waiting", sent=[("Ann", "waiting")], answer="451 Later")[1] == later
    failed = ("note_failed", "Could not be sent to Ann: 550 No such user.", "Send again")
    assert stands("failed", sent=[("Ann", "refused")], answer="550 No such user") == failed
    status, words, action = stands("partly", sent=[("Ann", "sent"), ("Bob", "refused")])
    assert (status, action) == ("note_partly", "Send again") and words.endswith("Could not be sent to Bob.")
    status, words, action = stands("sent", changed=True, same=False, sent=[("Ann", "sent")])
    assert (status, action) == ("note_changed", "Send the correction") and words.endswith("It was changed since.")
    assert stands("sent", changed=True, sent=[("Ann", "sent")])[2] == "Send"  # somebody was added
    waits = stands("sent", changed=True, waits=True, same=False, sent=[("Ann", "sent")])[1]
    assert waits.endswith("It was changed since, and is sent again by itself after the call.")


@pytest.mark.parametrize(
    ("there", "words", "saved", "both"),
    [
        ("", "Bob: 40", "", "Bob: 40"),
        ("Asks", "Bob: 40", "", "Asks\nBob: 40"),
        ("Asks\nBob: 40", "Bob: 40", "", "Asks\nBob: 40"),
        ("Asks\nBob: 4", "Bob: 40", "", "Asks\nBob: 40"),
        ("Asks\nBob: 400", "Bob: 40", "Bob: 400", "Asks\nBob: 40"),
        ("Bob\n40", "Bob\n40 at most", "", "Bob\n40 at most"),
        ("Bob: 40\nAsks", "Bob: 40", "Bob: 40", "Bob: 40\nAsks"),
        ("The bread", "bread", "", "The bread\nbread"),
        ("Asks", "", "", "Asks"),
    ],
)
def test_two_notes_become_one_without_losing_or_repeating_a_word(there, words, saved, both):
    assert joined(there, words, saved) == both
