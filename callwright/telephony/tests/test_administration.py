import asyncio
import hashlib
from datetime import timedelta

import pytest
from django.utils import timezone

from callwright.telephony.models import Command, Pbx, Queue
from callwright.telephony.operations.send_command import (
    CommandRefused,
    expire_commands,
    finish_command,
    send_command,
)
from callwright.telephony.problems import PROBLEMS, problem_in_words

ASTERISK = {
    "name": "Head office", "enabled": "on", "host": "pbx.example.org", "port": "5038", "username": "callwright",
    "secret": "very-secret-words", "trunks": "provider\nbackup, third", "home_country": "NL", "extension_pattern": "",
    "dial_context": "internal", "extension_template": "PJSIP/{extension}", "dial_format": "digits",
}  # fmt: skip


def link(client, **changes):
    return client.post("/admin/pbx/new/asterisk/", {**ASTERISK, **changes})


def test_linking_an_asterisk_and_changing_it_without_showing_its_secret(administrator_client):
    answer = link(administrator_client)
    pbx = Pbx.objects.get(slug="head-office")
    assert answer.url == f"/admin/pbx/{pbx.pk}/"
    assert pbx.trunks == ["provider", "backup", "third"] and pbx.secret == "very-secret-words"
    assert "very-secret-words" not in administrator_client.get(answer.url).content.decode()
    administrator_client.post(answer.url, {**ASTERISK, "secret": "", "name": "Main office", "trunks": "provider"})
    pbx.refresh_from_db()
    assert (pbx.name, pbx.trunks, pbx.secret) == ("Main office", ["provider"], "very-secret-words")
    administrator_client.post(answer.url, {**ASTERISK, "secret": "a new one", "host": "10.0.0.2"})
    pbx.refresh_from_db()
    assert (pbx.host, pbx.secret, pbx.slug) == ("10.0.0.2", "a new one", "head-office")


@pytest.mark.parametrize(
    "elsewhere",
    [{"host": "10.0.0.2"}, {"host": "10.0.0.2", "secret": " "}, {"port": "5039"}, {"use_tls": "on"}],
    ids=str,
)
def test_a_secret_is_not_sent_to_another_server_unasked(administrator_client, elsewhere):
    url = link(administrator_client).url
    answer = administrator_client.post(url, {**ASTERISK, "secret": "", **elsewhere})
    assert "Enter it again" in answer.content.decode() and "very-secret-words" not in answer.content.decode()
    pbx = Pbx.objects.get()
    assert (pbx.host, pbx.port, pbx.use_tls, pbx.secret) == ("pbx.example.org", 5038, False, "very-secret-words")
    assert administrator_client.post(url, {**ASTERISK, **elsewhere, "secret": "a new one"}).status_code == 302


@pytest.mark.parametrize(
    ("field", "value"),
    [("host", "http://pbx/"), ("secret", ""), ("secret", "a\r\nAction: Originate"), ("extension_pattern", "("),
     ("extension_template", "PJSIP/101"), ("port", "x"), ("name", ""),
     ("record_dsn", "postgresql://reader:pass@word@db.example.org/asterisk"),
     ("record_dsn", "postgresql://reader:password@db.example.org:a port/asterisk")],
)  # fmt: skip
def test_what_cannot_work_is_refused_at_its_field(administrator_client, field, value):
    answer = link(administrator_client, **{field: value})
    assert answer.status_code == 200 and field in answer.context["form"].errors
    assert not Pbx.objects.exists()


def test_two_pbxs_of_one_name_get_their_own_short_names(administrator_client):
    link(administrator_client)
    link(administrator_client)
    assert set(Pbx.objects.values_list("slug", flat=True)) == {"head-office", "head-office-2"}


def test_a_token_is_shown_once_and_only_its_hash_is_kept(administrator_client):
    administrator_client.post("/admin/pbx/new/http/", {"name": "Cloud", "enabled": "on", "home_country": "HU"})
    pbx = Pbx.objects.get(kind="webhook")
    page = administrator_client.post(f"/admin/pbx/{pbx.pk}/token/")
    token = page.context["token"]
    pbx.refresh_from_db()
    assert pbx.token_sha256 == hashlib.sha256(token.encode()).hexdigest()
    assert token in page.content.decode() and "no-store" in page["Cache-Control"]
    assert token not in administrator_client.get(f"/admin/pbx/{pbx.pk}/").content.decode()


@pytest.mark.parametrize("code", sorted(PROBLEMS))
def test_the_list_says_in_words_what_is_wrong(administrator_client, pbx, code):
    Pbx.objects.update(state="down", problem=code, problem_detail="<b>as the PBX put it</b>")
    page = administrator_client.get("/admin/pbx/").content.decode()
    assert str(problem_in_words(code).title) in page and "&lt;b&gt;as the PBX put it" in page


def test_a_problem_that_nobody_worded_is_not_hidden(administrator_client, pbx):
    Pbx.objects.update(state="down", problem="something_new")
    assert "problem without a name" in administrator_client.get("/admin/pbx/").content.decode()


async def _server(lines):
    async def serve(reader, writer):
        writer.write(lines.encode())
        await writer.drain()
        while await reader.read(1000):
            pass
        writer.close()

    return await asyncio.start_server(serve, "127.0.0.1", 0)


def test_testing_the_connection_names_the_problem(administrator_client, pbx):
    Pbx.objects.update(port=9)
    page = administrator_client.post(f"/admin/pbx/{pbx.pk}/test/", headers={"HX-Request": "true"}).content.decode()
    assert str(PROBLEMS["unreachable"].title) in page and "s3cret" not in page


async def test_something_that_is_no_asterisk_is_recognised(pbx_at):
    from callwright.telephony.operations.try_connection import try_connection

    server = await _server("SSH-2.0-OpenSSH_9.2\r\n")
    async with server:
        tried = await try_connection(pbx_at(server.sockets[0].getsockname()[1]))
    assert (tried.problem, tried.version) == ("not_asterisk", "")


@pytest.fixture
def pbx_at():
    return lambda port: Pbx(id=1, slug="x", name="X", host="127.0.0.1", port=port, username="u", secret="s")


def test_a_queue_gets_its_account_and_wrap_up_limit(administrator_client, pbx, account):
    queue = Queue.objects.create(pbx=pbx, name="sales")
    url = f"/admin/pbx/queues/{queue.pk}/"
    wanted = {"label": "Sales", "account": account.pk}
    assert administrator_client.post(url, {**wanted, "wrap_up_s": "4000"}).status_code == 200
    administrator_client.post(url, {**wanted, "wrap_up_s": "45"})
    queue.refresh_from_db()
    assert (queue.label, queue.account_id, queue.wrap_up_s) == ("Sales", account.pk, 45)


# ── orders ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def order(pbx, owner, verb="hangup", now=None, **arguments):
    return send_command(
        pbx.pk, verb, arguments or {"call": "c1"}, by=owner.pk, account_id=None, now=now or timezone.now()
    )


def test_an_order_is_finished_once(pbx, owner):
    key, now = order(pbx, owner), timezone.now()
    finish_command(key, done=False, refusal="no_such_call", detail="gone", now=now)
    finish_command(key, done=True, now=now)
    command = Command.objects.get(pk=key)
    assert (command.state, command.refusal, command.finished_at) == ("refused", "no_such_call", now)


def test_orders_that_no_link_takes_expire(pbx, owner):
    now = timezone.now()
    old, young = order(pbx, owner, now=now - timedelta(seconds=16)), order(pbx, owner, now=now)
    assert expire_commands(now) == 1
    assert Command.objects.get(pk=old).state == "expired"
    assert Command.objects.get(pk=young).state == "waiting"


@pytest.mark.parametrize(
    ("change", "verb", "code"),
    [
        ({"kind": "webhook"}, "hangup", "no_commands"),
        ({"enabled": False}, "hangup", "disabled"),
        ({}, "answer", "not_simulated"),
    ],
)  # fmt: skip
def test_orders_that_cannot_be_given_are_refused_with_a_code(pbx, owner, change, verb, code):
    Pbx.objects.update(**change)
    arguments = {"extension": "201"} if verb == "answer" else {"call": "c1"}
    with pytest.raises(CommandRefused) as refusal:
        order(pbx, owner, verb, **arguments)
    assert refusal.value.code == code and not Command.objects.exists()


def test_a_malformed_order_is_a_programming_error(pbx, owner):
    with pytest.raises(ValueError, match="not an order"):
        order(pbx, owner, "originate", extension="201")
    with pytest.raises(ValueError, match="not an order"):
        order(pbx, owner, "shutdown")


def test_every_problem_and_refusal_of_the_asterisk_side_is_worded():
    from callwright.telephony.asterisk.client import Problem
    from callwright.telephony.asterisk.commands import Refusal
    from callwright.telephony.link.commands import _CODES
    from callwright.telephony.problems import REFUSALS

    assert {str(one) for one in Problem} <= PROBLEMS.keys()
    assert {_CODES.get(one, str(one)) for one in Refusal} <= REFUSALS.keys()
