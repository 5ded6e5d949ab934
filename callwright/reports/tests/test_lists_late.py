"""Lists that are made late, and files that cannot be made (REP-7)."""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import override_settings

from callwright.calls.testing import add_call
from callwright.messaging.models import Mail
from callwright.registration.testing_lists import add_registration, add_topics
from callwright.reports.models import Run, SavedReport, Schedule
from callwright.reports.operations.send_due import send_due

pytestmark = pytest.mark.django_db
DUE = datetime(2026, 11, 18, 22, 45, tzinfo=UTC)  # a quarter to midnight in Amsterdam


@pytest.fixture(autouse=True)
def media(tmp_path: Path) -> Iterator[Path]:
    with override_settings(MEDIA_ROOT=str(tmp_path)):
        yield tmp_path


@pytest.mark.parametrize("period", ["today", "week", "all"])
def test_a_list_that_is_sent_late_ends_with_the_day_that_it_names(
    period: str, supervisor: Any, account: Any, owner: Any, media: Path
) -> None:
    [topic, *_others] = add_topics("Order", "Complaint")
    for at, name in ((DUE - timedelta(hours=3), "Ann Vos"), (DUE + timedelta(hours=3), "Bea Mol")):
        add_registration(add_call(account, at, employee=owner, from_name=name), owner, topic)
    saved = SavedReport.objects.create(
        owner=supervisor, name="Registered", report="list:registrations", query=f"period={period}", created_at=DUE,
        changed_at=DUE,
    )  # fmt: skip
    Schedule.objects.create(
        saved=saved, owner=supervisor, every="day", at=time(23, 45), zone="Europe/Amsterdam", format="csv",
        language="en", addresses=["board@example.org"], next_at=DUE, created_at=DUE,
    )  # fmt: skip
    send_due(DUE + timedelta(hours=9))
    run, [file] = Run.objects.get(), Mail.objects.get().attachments
    text = (media / file["stored"]).read_text(encoding="utf-8-sig")
    assert (run.rows, str(run.ends_on)) == (1, "2026-11-18")
    assert "Ann Vos" in text and "Bea Mol" not in text


def test_a_full_disk_is_told_in_words(
    supervisor_client: Any, account: Any, owner: Any, small_disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    [topic, *_others] = add_topics("Order", "Complaint")
    for n in range(3):
        call = add_call(account, datetime.now(UTC) - timedelta(hours=n + 1), employee=owner)
        add_registration(call, owner, topic, comment="".join(chr(33 + (n * 7919 + i * i) % 90) for i in range(4000)))
    (small_disk / "filler").write_bytes(b"x" * 253_000)
    monkeypatch.setattr("tempfile.tempdir", str(small_disk))
    answer = supervisor_client.get("/reports/lists/registrations/file/?format=csv&period=week")
    assert answer.status_code == 503
    assert "There was no room on the disk for the file." in answer.content.decode()
    assert [one.name for one in small_disk.iterdir()] == ["filler"]
