"""Gives account data its keys of (account_id, id), so that the tables can be distributed by account later."""

from django.db import migrations

TABLES = ["contact", "contactnumber", "contactemail", "order", "orderline", "orderstagechange"]
REFERENCES = [
    ("contactnumber", "contact", "contact"),
    ("contactemail", "contact", "contact"),
    ("order", "contact", "contact"),
    ("orderline", "order", "order"),
    ("orderstagechange", "order", "order"),
]


def keys(table: str) -> str:
    return f"""
        ALTER TABLE contacts_{table} DROP CONSTRAINT contacts_{table}_pkey, ADD PRIMARY KEY (account_id, id);
        CREATE INDEX contacts_{table}_id ON contacts_{table} (id);
    """


def reference(table: str, column: str, to: str) -> str:
    return f"""
        ALTER TABLE contacts_{table} ADD CONSTRAINT contacts_{table}_{column} FOREIGN KEY (account_id, {column}_id)
            REFERENCES contacts_{to} (account_id, id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED;
    """


COMPANY = """
    ALTER TABLE contacts_contact ADD CONSTRAINT contacts_contact_company FOREIGN KEY (account_id, company_id)
        REFERENCES contacts_contact (account_id, id) ON DELETE SET NULL (company_id);
"""


class Migration(migrations.Migration):
    dependencies = [("contacts", "0002_initial")]

    operations = [
        *[migrations.RunSQL(keys(table), migrations.RunSQL.noop) for table in TABLES],
        *[migrations.RunSQL(reference(*names), migrations.RunSQL.noop) for names in REFERENCES],
        migrations.RunSQL(COMPANY, migrations.RunSQL.noop),
    ]
