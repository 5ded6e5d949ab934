"""The audit log is only added to: the database itself refuses to change or remove an entry."""

from django.db import migrations

SQL = """
CREATE FUNCTION staff_audit_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- A user who is deleted leaves their name in the entry; nothing else of it ever changes.
    IF TG_OP = 'UPDATE' AND NEW.by_id IS NULL
       AND (to_jsonb(NEW) - 'by_id') = (to_jsonb(OLD) - 'by_id') THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'The audit log is only added to.' USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER staff_audit_stays BEFORE UPDATE OR DELETE ON staff_auditentry
    FOR EACH ROW EXECUTE FUNCTION staff_audit_stays();
CREATE INDEX staff_audit_action ON staff_auditentry (action, id DESC);
"""
BACK = """
DROP TRIGGER staff_audit_stays ON staff_auditentry;
DROP FUNCTION staff_audit_stays();
DROP INDEX staff_audit_action;
"""


class Migration(migrations.Migration):
    dependencies = [("staff", "0004_audit_log")]

    operations = [migrations.RunSQL(SQL, BACK)]
