"""Partitions the call tables by month on the UUIDv7 of the call, and gives them their (account_id, …) keys."""

from django.db import migrations

SQL = """
-- The tables are still empty: they are made again, partitioned, with the columns that Django gave them.
CREATE TABLE calls_call_new (LIKE calls_call INCLUDING DEFAULTS) PARTITION BY RANGE (id);
CREATE TABLE calls_leg_new (LIKE calls_leg INCLUDING DEFAULTS) PARTITION BY RANGE (call_id);
CREATE TABLE calls_callfacts_new (LIKE calls_callfacts INCLUDING DEFAULTS) PARTITION BY RANGE (call_id);
DROP TABLE calls_leg, calls_callfacts, calls_call CASCADE;
ALTER TABLE calls_call_new RENAME TO calls_call;
ALTER TABLE calls_leg_new RENAME TO calls_leg;
ALTER TABLE calls_callfacts_new RENAME TO calls_callfacts;

ALTER TABLE calls_call
    ADD PRIMARY KEY (account_id, id),
    ADD CONSTRAINT calls_call_account FOREIGN KEY (account_id) REFERENCES accounts_account (id),
    ADD CONSTRAINT calls_call_pbx FOREIGN KEY (pbx_id) REFERENCES telephony_pbx (id),
    ADD CONSTRAINT calls_call_line FOREIGN KEY (line_id) REFERENCES accounts_line (id) ON DELETE SET NULL,
    ADD CONSTRAINT calls_call_queue FOREIGN KEY (queue_id) REFERENCES telephony_queue (id) ON DELETE SET NULL,
    ADD CONSTRAINT calls_call_contact FOREIGN KEY (account_id, contact_id)
        REFERENCES contacts_contact (account_id, id) ON DELETE SET NULL (contact_id),
    ADD CONSTRAINT calls_call_category FOREIGN KEY (category_id) REFERENCES contacts_category (id) ON DELETE SET NULL,
    ADD CONSTRAINT calls_call_employee FOREIGN KEY (employee_id) REFERENCES staff_user (id) ON DELETE SET NULL,
    ADD CONSTRAINT calls_call_marker FOREIGN KEY (marker_id) REFERENCES calls_marker (id) ON DELETE SET NULL,
    ADD CONSTRAINT calls_call_direction CHECK (direction IN ('inbound', 'outbound', 'internal')),
    ADD CONSTRAINT calls_call_status CHECK (status IN
        ('ringing', 'talking', 'answered', 'missed', 'abandoned', 'busy', 'failed', 'voicemail', 'unknown')),
    ADD CONSTRAINT calls_call_live CHECK ((status IN ('ringing', 'talking')) = (ended_at IS NULL));
-- The id begins with the time, so that ORDER BY id is ORDER BY started_at: for everyone by this index,
-- for one account by the primary key.
CREATE INDEX calls_call_id ON calls_call (id);
CREATE INDEX calls_call_live_id ON calls_call (id) WHERE ended_at IS NULL;
CREATE INDEX calls_call_number_end ON calls_call (reverse(client_number) text_pattern_ops, id);
CREATE INDEX calls_call_pbx_key ON calls_call (pbx_key, pbx_id);
CREATE INDEX calls_call_contact_id ON calls_call (account_id, contact_id, id) WHERE contact_id IS NOT NULL;
CREATE INDEX calls_call_employee_id ON calls_call (employee_id, id) WHERE employee_id IS NOT NULL;

ALTER TABLE calls_leg
    ADD PRIMARY KEY (account_id, call_id, id),
    ADD CONSTRAINT calls_leg_call FOREIGN KEY (account_id, call_id)
        REFERENCES calls_call (account_id, id) ON DELETE CASCADE,
    ADD CONSTRAINT calls_leg_employee FOREIGN KEY (employee_id) REFERENCES staff_user (id) ON DELETE SET NULL;
CREATE INDEX calls_leg_employee_call ON calls_leg (employee_id, call_id) WHERE employee_id IS NOT NULL;

ALTER TABLE calls_callfacts
    ADD PRIMARY KEY (account_id, call_id),
    ADD CONSTRAINT calls_callfacts_call FOREIGN KEY (account_id, call_id)
        REFERENCES calls_call (account_id, id) ON DELETE CASCADE;

-- Notes are few and outlive the month's partition: no reference to it.
ALTER TABLE calls_callnote DROP CONSTRAINT calls_callnote_pkey, ADD PRIMARY KEY (account_id, id);
CREATE INDEX calls_callnote_id ON calls_callnote (id);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("calls", "0002_initial"),
        ("contacts", "0003_account_keys"),
        ("accounts", "0001_initial"),
        ("staff", "0002_initial"),
        ("telephony", "0001_initial"),
    ]

    operations = [migrations.RunSQL(SQL, migrations.RunSQL.noop)]
