"""Everything that `callwright check` looks at: this machine, the database, each PBX and what its calls tell."""

import os
import secrets
import shutil
import stat
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from asgiref.sync import async_to_sync
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils.translation import gettext_lazy as _

from callwright.calls.periods import months_before
from callwright.recordings.blobs import open_blob
from callwright.telephony.models import Pbx
from callwright.telephony.operations.diagnose_pbx import diagnose_pbx
from callwright.telephony.problems import problem_in_words
from callwright.telephony.queries.diagnosis import Finding, Level

ROOM_WARNING, ROOM_PROBLEM = 5 * 1024**3, 500 * 1024**2
_ENOUGH_CALLS = 10
_KEY_LENGTH = 32
_TOTALS_LATE = timedelta(minutes=2)


def machine_findings(home: Path, key: str) -> Iterator[Finding]:
    """The data folder, its disk, the secret key."""
    if os.access(home, os.W_OK | os.X_OK):
        yield Finding(Level.OK, "home", _("The data folder can be written"), detail=str(home))
    else:
        yield Finding(
            Level.PROBLEM, "home", _("The data folder cannot be written"),
            _("Give it to the user that Callwright runs as, or name another folder in CALLWRIGHT_HOME."), str(home),
        )  # fmt: skip
        return
    free = shutil.disk_usage(home).free
    room = f"{free / 1024**3:.1f} GB"
    if free < ROOM_WARNING:
        level = Level.PROBLEM if free < ROOM_PROBLEM else Level.WARNING
        yield Finding(
            level, "disk", _("The disk of the data folder is nearly full"),
            _("Make room: a full disk stops the database, and what the PBX says is then kept in memory only."), room,
        )  # fmt: skip
    else:
        yield Finding(Level.OK, "disk", _("There is room on the disk of the data folder"), detail=room)
    yield from _key_findings(home / "secret_key", key)


def _key_findings(file: Path, key: str) -> Iterator[Finding]:
    if len(key) < _KEY_LENGTH:
        yield Finding(
            Level.PROBLEM, "secret_key", _("The secret key is too short"),
            _("Set CALLWRIGHT_SECRET_KEY to at least 32 random characters, or leave it out: then one is made."),
        )  # fmt: skip
    elif "CALLWRIGHT_SECRET_KEY" not in os.environ and file.exists() and stat.S_IMODE(file.stat().st_mode) & 0o077:
        yield Finding(
            Level.WARNING, "secret_key", _("Others on this machine can read the secret key"),
            _("Take their right away: chmod 600 on the file."), str(file),
        )  # fmt: skip
    else:
        yield Finding(Level.OK, "secret_key", _("The secret key is in order"))


def storage_findings() -> Iterator[Finding]:
    """Where recordings and other files are kept; a bucket is tried with a small file."""
    kept = settings.STORAGES["default"].get("OPTIONS", {})
    if "bucket_name" not in kept:
        yield Finding(Level.OK, "storage", _("Files are kept in the data folder"), detail=str(settings.MEDIA_ROOT))
        return
    where = " ".join(kept[name] for name in ("bucket_name", "location", "endpoint_url") if name in kept)
    try:
        _try_storage()
    except Exception as error:  # the library's, of which there are hundreds
        yield Finding(
            Level.PROBLEM, "storage", _("The bucket in which files are kept does not work"),
            _("Check the variables that begin with CALLWRIGHT_S3_, and that the key may put, get, list and delete."),
            f"{where}: {type(error).__name__}: {error}",
        )  # fmt: skip
    else:
        yield Finding(Level.OK, "storage", _("Files are kept in a bucket, which takes them, gives and erases them"),
                      detail=where)  # fmt: skip


def _try_storage() -> None:
    """Raises OSError, and whatever the storage raises."""
    content = secrets.token_bytes(64)
    name = default_storage.save(f"check/{secrets.token_urlsafe(12)}", ContentFile(content))
    try:
        blob = open_blob(name)
        if blob.read(10, 20) != content[10:30]:
            raise OSError("what was read is not what was written")
    finally:
        default_storage.delete(name)


def organisation_findings() -> Iterator[Finding]:
    """What calls and people need to be there at all."""
    from callwright.accounts.queries.accounts import default_account

    if default_account() is None:
        yield Finding(
            Level.PROBLEM, "organisation", _("There is no organisation yet"),
            _("Run 'callwright administrator NAME': it makes one, and the first login."),
        )  # fmt: skip
    if not Pbx.objects.exists():
        yield Finding(
            Level.WARNING, "pbx_none", _("No PBX is set up"),
            _("Add it in the administration under PBX; the installation guide says what to set on the PBX."),
        )  # fmt: skip


def totals_findings(now: datetime) -> Iterator[Finding]:
    """Whether the worker keeps up with the totals, and whether those of this month and the one before are right."""
    from callwright.calls.queries.rollup import backlog, differences

    waiting = backlog()
    if waiting.since is not None and now - waiting.since > _TOTALS_LATE:
        yield Finding(
            Level.WARNING, "totals_late", _("The totals of the calls are behind"),
            _("Start Callwright (callwright up, or callwright worker where its parts run apart)."), str(waiting.told),
        )  # fmt: skip
        return
    if waiting.told:
        return  # being added up at this moment
    wrong = list(differences((now - timedelta(days=31)).date(), now.date()))
    if wrong and backlog().told:
        return
    if wrong:
        yield Finding(
            Level.PROBLEM, "totals_wrong", _("Some totals are not those of the calls"),
            _("Run 'callwright totals' to see which, and 'callwright totals --rebuild' to add them up anew."),
            str(len(wrong)),
        )  # fmt: skip
    else:
        yield Finding(Level.OK, "totals", _("The totals are those of the calls"))


def orphan_findings(now: datetime, *, all_months: bool = False) -> Iterator[Finding]:
    """Legs and facts that are left of calls that were removed: of this month's and the last one's, or of all."""
    from callwright.calls.queries.orphans import count_orphans

    first = months_before(now.astimezone(UTC).date().replace(day=1), 1)
    found = count_orphans(since=None if all_months else first)
    if found:
        yield Finding(
            Level.PROBLEM, "orphans", _("Parts of calls are left whose call was removed"),
            _("Run 'callwright check --remove-orphans' to remove them too, and report how it came about."), str(found),
        )  # fmt: skip
    else:
        looked_at = "" if all_months else f"{first:%Y-%m} – {now:%Y-%m}"
        yield Finding(Level.OK, "orphans", _("No part of a call is without its call"), detail=looked_at)


def pbx_findings(pbx: Pbx, now: datetime) -> list[Finding]:
    """One PBX: its connection as tried now, the state of its link, its calls, its phones."""
    if not pbx.enabled:
        return [Finding(Level.WARNING, "disabled", _("The PBX is switched off in the administration"),
                        _("Switch the link on there if calls are to be seen."), "", pbx.name)]  # fmt: skip
    if pbx.kind == Pbx.Kind.WEBHOOK:
        return [_token_finding(pbx), *_traffic_findings(pbx, now)]
    examined = async_to_sync(diagnose_pbx)(pbx, now)
    found = [*examined.findings, *_link_findings(pbx, now), *_traffic_findings(pbx, now)]
    return found + _phone_findings(pbx, examined.endpoints)


def _token_finding(pbx: Pbx) -> Finding:
    if pbx.token_sha256:
        return Finding(Level.OK, "token", _("The PBX has a token to send its calls with"), "", "", pbx.name)
    return Finding(
        Level.PROBLEM, "token", _("The PBX has no token to send its calls with"),
        _("Make one at the PBX in the administration and give it to the PBX."), "", pbx.name,
    )  # fmt: skip


def _link_findings(pbx: Pbx, now: datetime) -> Iterator[Finding]:
    words = problem_in_words(pbx.problem)
    if words is not None:
        yield Finding(Level.PROBLEM, pbx.problem, words.title, words.what_to_do, pbx.problem_detail, pbx.name)
    elif pbx.state == "up":
        yield Finding(Level.OK, "link", _("The link is up"), "", pbx.version, pbx.name)
    else:
        yield Finding(
            Level.PROBLEM, "link", _("The link is not up"),
            _("Start Callwright (callwright up, or callwright link where its parts run apart)."), "", pbx.name,
        )  # fmt: skip


def _traffic_findings(pbx: Pbx, now: datetime) -> Iterator[Finding]:
    from callwright.calls.queries.diagnosis import traffic_of

    traffic = traffic_of(pbx.pk, now)
    if not traffic.calls:
        yield Finding(
            Level.WARNING, "calls_none", _("No call of the last three days is known"),
            _("Make a test call. If it does not appear, the findings above say why."), "", pbx.name,
        )  # fmt: skip
        return
    shown = f"{traffic.without_number}/{traffic.inbound}"
    if traffic.inbound >= _ENOUGH_CALLS and traffic.without_number == traffic.inbound:
        words = problem_in_words("caller_id_missing")
        assert words is not None
        yield Finding(Level.PROBLEM, "caller_id_missing", words.title, words.what_to_do, shown, pbx.name)
    if traffic.inbound >= _ENOUGH_CALLS and traffic.without_legs == traffic.inbound:
        words = problem_in_words("events_filtered")
        assert words is not None
        yield Finding(Level.PROBLEM, "events_filtered", words.title, words.what_to_do, "", pbx.name)
    if traffic.calls >= _ENOUGH_CALLS and not traffic.outside and pbx.trunks:
        yield Finding(
            Level.WARNING, "trunks_silent", _("All calls look internal"),
            _("The names of the trunks may not be those of the channels: compare with core show channels on the PBX."),
            ", ".join(pbx.trunks), pbx.name,
        )  # fmt: skip
    if traffic.endless:
        yield Finding(
            Level.WARNING, "calls_endless", _("Some calls have been going on for more than six hours"),
            _("If nobody speaks in them, their end was not heard: check the event filter of the AMI user."),
            str(traffic.endless), pbx.name,
        )  # fmt: skip


def _phone_findings(pbx: Pbx, endpoints: tuple[str, ...]) -> list[Finding]:
    """Extensions of the PBX at which nobody sits as far as Callwright knows."""
    from callwright.staff.queries.seats import extensions
    from callwright.telephony.link.configuration import link_config

    pattern = link_config(pbx).translator
    known = {row.number for row in extensions(pbx_id=pbx.pk) if row.employee_id}
    free = [one for one in endpoints if pattern.is_extension(one) and one not in known]
    if not free:
        return []
    return [
        Finding(
            Level.WARNING, "extensions_free", _("Extensions of the PBX have no employee"),
            _("Give them to employees in the administration; without it no card opens when they ring."),
            ", ".join(free)[:300], pbx.name,
        )
    ]  # fmt: skip
