"""What the database sees to and Django has no name for: entries balance and are whole, and the books are final."""

from django.db import migrations

BALANCED = """
    CREATE FUNCTION billing_entries_balance() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        uneven text;
    BEGIN
        SELECT entry.kind || ' ' || entry.source INTO uneven
        FROM (SELECT DISTINCT touched.entry_id FROM touched) AS added
        JOIN billing_ledgerentry entry ON entry.id = added.entry_id
        JOIN billing_ledgerline line ON line.entry_id = entry.id
        GROUP BY entry.id
        HAVING COALESCE(sum(line.debit), 0) <> entry.total OR COALESCE(sum(line.credit), 0) <> entry.total
        LIMIT 1;
        IF uneven IS NOT NULL THEN
            RAISE EXCEPTION 'the debits and the credits of % are not each its total', uneven
                USING ERRCODE = 'check_violation', CONSTRAINT = 'billing_entry_balances';
        END IF;
        RETURN NULL;
    END $$;

    CREATE FUNCTION billing_new_entries_balance() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        uneven text;
    BEGIN
        SELECT entry.kind || ' ' || entry.source INTO uneven
        FROM touched entry
        LEFT JOIN billing_ledgerline line ON line.entry_id = entry.id
        GROUP BY entry.id, entry.kind, entry.source, entry.total
        HAVING COALESCE(sum(line.debit), 0) <> entry.total OR COALESCE(sum(line.credit), 0) <> entry.total
        LIMIT 1;
        IF uneven IS NOT NULL THEN
            RAISE EXCEPTION 'the debits and the credits of % are not each its total', uneven
                USING ERRCODE = 'check_violation', CONSTRAINT = 'billing_entry_balances';
        END IF;
        RETURN NULL;
    END $$;

    -- By statement, not by row: an entry and its lines are one statement, and a million of them are one join.
    CREATE TRIGGER billing_entry_balances AFTER INSERT ON billing_ledgerentry
        REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION billing_new_entries_balance();
    CREATE TRIGGER billing_entry_balances AFTER INSERT ON billing_ledgerline
        REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION billing_entries_balance();
"""
UNBALANCED = """
    DROP TRIGGER billing_entry_balances ON billing_ledgerline;
    DROP TRIGGER billing_entry_balances ON billing_ledgerentry;
    DROP FUNCTION billing_new_entries_balance();
    DROP FUNCTION billing_entries_balance();
"""
FINAL = """
    CREATE FUNCTION billing_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'what is in the books stays as it is: % of %', TG_OP, TG_TABLE_NAME
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'billing_books_are_final';
    END $$;

    CREATE TRIGGER billing_books_are_final BEFORE UPDATE OR DELETE ON billing_ledgerentry
        FOR EACH ROW EXECUTE FUNCTION billing_refuse_change();
    CREATE TRIGGER billing_books_are_final BEFORE UPDATE OR DELETE ON billing_ledgerline
        FOR EACH ROW EXECUTE FUNCTION billing_refuse_change();
    CREATE TRIGGER billing_books_are_final BEFORE UPDATE OR DELETE ON billing_creditnote
        FOR EACH ROW EXECUTE FUNCTION billing_refuse_change();
    CREATE TRIGGER billing_books_are_final_deleted BEFORE DELETE ON billing_invoice
        FOR EACH ROW EXECUTE FUNCTION billing_refuse_change();
    -- Of an invoice only what was credited moves; one that is older than its details gets them once.
    CREATE TRIGGER billing_books_are_final BEFORE UPDATE ON billing_invoice
        FOR EACH ROW WHEN (
            (OLD.number, OLD.booking_reference, OLD.venue_id, OLD.amount, OLD.issued_at)
                IS DISTINCT FROM (NEW.number, NEW.booking_reference, NEW.venue_id, NEW.amount, NEW.issued_at)
            OR (OLD.lines <> '[]' AND to_jsonb(OLD) - 'credited' <> to_jsonb(NEW) - 'credited')
        ) EXECUTE FUNCTION billing_refuse_change();
"""
CHANGEABLE = """
    DROP TRIGGER billing_books_are_final ON billing_invoice;
    DROP TRIGGER billing_books_are_final_deleted ON billing_invoice;
    DROP TRIGGER billing_books_are_final ON billing_creditnote;
    DROP TRIGGER billing_books_are_final ON billing_ledgerline;
    DROP TRIGGER billing_books_are_final ON billing_ledgerentry;
    DROP FUNCTION billing_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("billing", "0002_documents_and_ledger")]

    operations = [
        migrations.RunSQL(sql=BALANCED, reverse_sql=UNBALANCED),
        migrations.RunSQL(sql=FINAL, reverse_sql=CHANGEABLE),
    ]
