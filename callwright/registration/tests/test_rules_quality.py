"""What each rule of quality has against a registration, and which rules contradict each other (REG-5)."""

from dataclasses import replace

import pytest

from callwright.registration.rules_quality import (
    CONTACT_FIELDS,
    KINDS,
    Conflict,
    ContactFacts,
    Facts,
    Rule,
    all_conflicts,
    conflicts,
    fault,
    is_email,
    wrong_with,
)

ORDER, COMPLAINT, SPAM, PRICE = 1, 2, 3, 4
ANN = ContactFacts(
    values={"name": "Ann Vos", "first_name": "Ann", "surname": "Vos", "city": "Utrecht", "country": "NL"},
    numbers=["+31612345678"], emails=["ann@example.org"], home_country="NL",
)  # fmt: skip


def rule(kind, *topics, id=1, **more):
    sets = {name: frozenset(more.pop(name)) for name in ("others", "accounts", "queues", "directions") if name in more}
    return Rule(id, kind, frozenset(topics), **sets, **more)


def facts(*topics, **more):
    return Facts(**{"account_id": 7, "topics": frozenset(topics), "contact": ANN, **more})


CASES = [
    ("two that contradict", rule("contradiction", ORDER, others=[SPAM]), facts(ORDER, SPAM), {"topics": [1, 3]}),
    ("one of them alone", rule("contradiction", ORDER, others=[SPAM]), facts(ORDER, PRICE), None),
    ("the other alone", rule("contradiction", ORDER, others=[SPAM]), facts(SPAM), None),
    ("no two of a set", rule("contradiction", ORDER, SPAM, PRICE), facts(SPAM, PRICE), {"topics": [3, 4]}),
    ("one of a set", rule("contradiction", ORDER, SPAM, PRICE), facts(PRICE, COMPLAINT), None),
    ("what is needed is there", rule("needs", ORDER, others=[PRICE, SPAM]), facts(ORDER, PRICE), None),
    ("what is needed is missing", rule("needs", ORDER, others=[PRICE]), facts(ORDER, SPAM), {"topics": [1]}),
    ("nothing needs it", rule("needs", ORDER, others=[PRICE]), facts(SPAM), None),
    ("comment missing", rule("comment", COMPLAINT), facts(COMPLAINT, comment=" \n "), {"topics": [2], "length": 0}),
    ("comment there", rule("comment", COMPLAINT), facts(COMPLAINT, comment="x"), None),
    ("comment too short", rule("comment", COMPLAINT, least=10), facts(COMPLAINT, comment="123456789"),
     {"topics": [2], "length": 9}),
    ("comment just long enough", rule("comment", COMPLAINT, least=10), facts(COMPLAINT, comment="1234567890"), None),
    ("blanks are no comment", rule("comment", COMPLAINT, least=3), facts(COMPLAINT, comment="a      b"), None),
    ("no topic wants a comment", rule("comment"), facts(ORDER), None),
    ("the topic wants one", rule("comment"), facts(SPAM, ORDER), {"topics": [3], "length": 0}),
    ("wrong direction", rule("direction", ORDER, directions=["inbound"]), facts(ORDER, direction="outbound"),
     {"topics": [1], "direction": "outbound"}),
    ("right direction", rule("direction", ORDER, directions=["inbound"]), facts(ORDER), None),
    ("a second too short", rule("talk_time", ORDER, shortest_s=30), facts(ORDER, talk_s=29),
     {"topics": [1], "talk_s": 29}),
    ("just long enough", rule("talk_time", ORDER, shortest_s=30), facts(ORDER, talk_s=30), None),
    ("just short enough", rule("talk_time", SPAM, longest_s=60), facts(SPAM, talk_s=60), None),
    ("a second too long", rule("talk_time", SPAM, longest_s=60), facts(SPAM, talk_s=61), {"topics": [3], "talk_s": 61}),
    ("another queue", rule("queue", ORDER, queues=[5]), facts(ORDER, queue_id=6), {"topics": [1]}),
    ("no queue at all", rule("queue", ORDER, queues=[5]), facts(ORDER), {"topics": [1]}),
    ("its queue", rule("queue", ORDER, queues=[5, 6]), facts(ORDER, queue_id=6), None),
    ("contact complete", rule("contact", ORDER, fields=("name", "number", "email", "city")), facts(ORDER), None),
    ("nobody known", rule("contact", ORDER, fields=("name",)), facts(ORDER, contact=None),
     {"nobody": True, "missing": ["name"]}),
    ("fields missing", rule("contact", ORDER, fields=("email", "company")),
     facts(ORDER, contact=replace(ANN, emails=[])), {"missing": ["email", "company"], "malformed": []}),
    ("malformed", rule("contact", ORDER, fields=("name", "number", "email", "city")),
     facts(ORDER, contact=ContactFacts({"name": "??", "city": "12"}, ["+31 6"], ["ann@example"], False, "NL")),
     {"missing": [], "malformed": ["name", "number", "email", "city"]}),
    ("one good number is enough", rule("contact", ORDER, fields=("number",)),
     facts(ORDER, contact=replace(ANN, numbers=["nonsense", "+31612345678"])), None),
    ("another topic", rule("contact", ORDER, fields=("email",)), facts(SPAM, contact=None), None),
    ("a double", rule("duplicate"), facts(ORDER, contact=replace(ANN, doubles=[9, 8])), {"doubles": [8, 9]}),
    ("no double", rule("duplicate"), facts(ORDER), None),
    ("nobody has no double", rule("duplicate"), facts(ORDER, contact=None), None),
]  # fmt: skip


@pytest.mark.parametrize(("of", "given", "expected"), [one[1:] for one in CASES], ids=[one[0] for one in CASES])
def test_each_rule_at_its_border(of, given, expected):
    assert fault(of, given, {SPAM}) == expected


def test_a_rule_is_of_its_accounts_and_nothing_ticked_is_not_wrong():
    only = rule("contradiction", ORDER, SPAM, accounts=[8])
    assert fault(only, facts(ORDER, SPAM)) is None
    assert fault(only, facts(ORDER, SPAM, account_id=8)) is not None
    for kind in KINDS:
        assert fault(rule(kind, fields=("email",)), facts(contact=None)) is None


@pytest.mark.parametrize(
    ("text", "good"),
    [("a@b.nl", True), ("jan.de-boer+x@sub.example.co.uk", True), ("árvíz@példa.hu", True), ("a@b", False),
     ("a b@c.nl", False), ("a@b..nl", False), ("a@b@c.nl", False), ("@c.nl", False), ("a@-c.nl", False), ("", False),
     ("a@b.nl\nBcc: c@d.nl", False), ("x" * 250 + "@b.nl", False)],
)  # fmt: skip
def test_what_an_address_is(text, good):
    assert is_email(text) is good


def test_a_company_has_no_first_name_and_needs_none():
    shop = ContactFacts({"name": "Bakery"}, is_company=True)
    assert fault(rule("contact", ORDER, fields=("company", "first_name")), facts(ORDER, contact=shop)) is None
    assert set(CONTACT_FIELDS) >= {"name", "number", "email", "company", "city"}


@pytest.mark.parametrize(
    ("of", "reason"),
    [(rule("contradiction"), "no_topics"), (rule("contradiction", ORDER), "no_others"),
     (rule("contradiction", ORDER, others=[ORDER]), "no_others"),
     (rule("contradiction", ORDER, others=[ORDER, SPAM]), "same_topics"), (rule("needs", ORDER), "no_others"),
     (rule("needs", ORDER, others=[ORDER]), "same_topics"), (rule("comment", least=0), "bad_least"),
     (rule("comment"), ""), (rule("direction", ORDER), "no_direction"),
     (rule("direction", ORDER, directions=["inbound", "outbound"]), "no_direction"),
     (rule("talk_time", ORDER), "no_times"), (rule("talk_time", ORDER, shortest_s=9, longest_s=8), "bad_times"),
     (rule("talk_time", ORDER, longest_s=10**6), "bad_times"),
     (rule("talk_time", ORDER, shortest_s=9, longest_s=9), ""),
     (rule("queue", ORDER), "no_queues"), (rule("contact"), "no_fields"), (rule("duplicate"), "")],
)  # fmt: skip
def test_a_rule_without_sense_is_told(of, reason):
    assert wrong_with(of) == reason


NEEDS = rule("needs", ORDER, id=1, others=[PRICE])
APART = rule("contradiction", PRICE, id=2, others=[ORDER])


def test_what_a_topic_needs_must_not_be_forbidden_beside_it():
    told = [Conflict(1, 2, ORDER, "needs_forbidden")]
    assert conflicts(NEEDS, [NEEDS, APART]) == told
    assert [(one.rule_id, one.other_id) for one in conflicts(APART, [NEEDS])] == [(2, 1)]
    assert all_conflicts([NEEDS, APART]) == told
    assert conflicts(replace(NEEDS, others=frozenset({PRICE, SPAM})), [APART]) == []  # the other one may stand there
    both = [APART, rule("contradiction", ORDER, id=3, others=[SPAM])]
    needs = replace(NEEDS, others=frozenset({PRICE, SPAM}))
    assert [one.other_id for one in conflicts(needs, both)] == [2, 3]


def test_rules_for_different_accounts_do_not_meet():
    here, there = replace(NEEDS, accounts=frozenset({7})), replace(APART, accounts=frozenset({8}))
    assert conflicts(here, [there]) == []
    assert conflicts(here, [APART]) != []
    assert conflicts(here, [replace(there, accounts=frozenset({7, 8}))]) != []


@pytest.mark.parametrize(
    ("one", "other", "reason"),
    [({"kind": "direction", "directions": ["inbound"]}, {"kind": "direction", "directions": ["outbound"]},
      "directions"),
     ({"kind": "direction", "directions": ["inbound"]}, {"kind": "direction", "directions": ["inbound"]}, ""),
     ({"kind": "queue", "queues": [1]}, {"kind": "queue", "queues": [2, 3]}, "queues"),
     ({"kind": "queue", "queues": [1, 2]}, {"kind": "queue", "queues": [2, 3]}, ""),
     ({"kind": "talk_time", "shortest_s": 61}, {"kind": "talk_time", "longest_s": 60}, "talk_times"),
     ({"kind": "talk_time", "shortest_s": 60}, {"kind": "talk_time", "longest_s": 60}, ""),
     ({"kind": "contradiction", "others": [SPAM]}, {"kind": "contradiction", "others": [SPAM]}, "same"),
     ({"kind": "needs", "others": [SPAM]}, {"kind": "needs", "others": [SPAM]}, "same"),
     ({"kind": "needs", "others": [SPAM]}, {"kind": "direction", "directions": ["inbound"]}, "")],
)  # fmt: skip
def test_rules_of_one_kind_that_cannot_both_be_kept(one, other, reason):
    first = rule(one.pop("kind"), ORDER, id=1, **one)
    second = rule(other.pop("kind"), ORDER, PRICE, id=2, **other)
    assert [found.reason for found in conflicts(first, [second])] == [reason] * bool(reason)
    apart = replace(second, topics=frozenset({PRICE}))
    assert conflicts(first, [apart]) == []


def test_what_a_topic_needs_is_out_of_reach_where_no_call_fits_both() -> None:
    needs = Rule(1, "needs", topics=frozenset({1}), others=frozenset({2, 3}))
    inbound = Rule(2, "direction", topics=frozenset({1}), directions=frozenset({"inbound"}))
    outbound = Rule(3, "direction", topics=frozenset({2}), directions=frozenset({"outbound"}))
    apart = Rule(4, "contradiction", topics=frozenset({1}), others=frozenset({3}))
    long = Rule(5, "talk_time", topics=frozenset({1}), shortest_s=60)
    short = Rule(6, "talk_time", topics=frozenset({3}), longest_s=30)
    assert conflicts(needs, [inbound, outbound]) == []  # 3 is left
    assert {one.other_id for one in conflicts(needs, [inbound, outbound, apart])} == {2, 3, 4}
    assert {one.other_id for one in conflicts(needs, [inbound, outbound, long, short])} == {2, 3, 5, 6}
    [conflict] = conflicts(apart, [inbound, outbound, needs])
    assert (conflict.other_id, conflict.topic, conflict.reason) == (1, 1, "needs_forbidden")
