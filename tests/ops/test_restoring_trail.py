from accounts import trail
from accounts.models import AuditEntry
from tests.factories.accounts import AdminFactory
from tests.ops.test_restoring import back_up, restore


class TestRestore:
    def test_leaves_a_word_of_who_asked_for_it_in_the_restored_trail(self, own_database, folder):
        admin, newcomer = AdminFactory(), AdminFactory.build(pk=987_654)
        backup = back_up(by=admin)
        with trail.signing(str(admin.pk)):
            done = restore(backup, by=admin)
        [entry] = AuditEntry.objects.filter(table__in=["ops.backup", "ops.restore"], actor=admin)
        assert (entry.row, entry.after["status"]) == (done.pk, "completed")
        with trail.signing(str(newcomer.pk)):  # who came after the backup
            assert restore(backup).status == "completed"
