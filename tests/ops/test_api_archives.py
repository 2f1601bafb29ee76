import re

import pytest
from celery import current_app

from ops.models import Backup, Restore
from tests import bad_input
from tests.bad_input import locations
from tests.factories.ops import BackupFactory, RestoreFactory

UNKNOWN = "f" * 24
pytestmark = pytest.mark.django_db


@pytest.fixture
def office(api, admin):
    return api.signed_in_as(admin)


@pytest.fixture
def queued(monkeypatch) -> list[tuple[str, dict[str, str]]]:
    """What would have been sent to the broker."""
    sent: list[tuple[str, dict[str, str]]] = []
    monkeypatch.setattr(current_app, "send_task", lambda job, kwargs, **_: sent.append((job, kwargs)))
    return sent


class TestCreateBackup:
    def test_answers_at_once_and_queues_the_work(self, office, admin, queued, django_capture_on_commit_callbacks):
        with django_capture_on_commit_callbacks(execute=True):
            answer = office.post("/backups/", {"backupType": "postgres", "notes": "before the festival"})

        body = answer.json()
        assert answer.status_code == 201
        assert re.fullmatch(r"BKUP-20\d{12}-[0-9a-f]{8}", body.pop("operationId"))
        assert re.fullmatch("[0-9a-f]{24}", body["id"])
        assert queued == [("ops.run_backup", {"backup_id": body.pop("id")})]
        assert body.pop("startedAt").endswith("Z")
        assert body == {
            "backupType": "postgres",
            "status": "in_progress",
            "url": None,
            "filePath": None,
            "size": None,
            "tables": None,
            "performedBy": admin.pk,
            "completedAt": None,
            "progress": None,
            "errorMessage": None,
            "notes": "before the festival",
        }

    def test_names_two_of_one_second_apart(self, office):
        names = {office.post("/backups/", {"backupType": "both"}).json()["operationId"] for _ in range(5)}
        assert len(names) == 5

    def test_keeps_each_chosen_table_once(self, office):
        body = {"backupType": "both", "tables": ["catalog_movie", "accounts_user", "catalog_movie"]}
        assert office.post("/backups/", body).json()["tables"] == ["accounts_user", "catalog_movie"]

    def test_takes_an_empty_choice_for_all(self, office):
        assert office.post("/backups/", {"backupType": "both", "tables": []}).json()["tables"] is None

    @pytest.mark.parametrize(
        "table", ["pg_authid", 'catalog_movie" --file=/tmp/x', "*", "accounts_user;", "Catalog_Movie"]
    )
    def test_refuses_tables_that_are_not_ours(self, office, table):
        answer = office.post("/backups/", {"backupType": "postgres", "tables": ["catalog_movie", table]})
        assert (answer.status_code, locations(answer)) == (422, [["body", "tables", 1]])
        assert not Backup.objects.exists()

    def test_refuses_mongodb_and_says_why(self, office):
        answer = office.post("/backups/", {"backupType": "mongodb"})
        assert (answer.status_code, answer.json()["code"]) == (400, "backup_type_unsupported")
        assert not Backup.objects.exists()

    @pytest.mark.parametrize(
        ("field", "bad"), bad_input.cases(backupType=bad_input.TEXT, notes=bad_input.OPTIONAL_TEXT)
    )
    def test_refuses_what_is_ill_formed(self, office, field, bad):
        answer = bad_input.send(office, "POST", "/backups/", {"backupType": "both"}, field, bad)
        assert (answer.status_code, Backup.objects.count()) == (422, 0)

    @pytest.mark.parametrize("bad", ["{}", '"accounts_user"', "5", "[null]", "[5]", "[[]]", '["nul\\u0000"]'])
    def test_refuses_tables_that_are_no_list_of_names(self, office, bad):
        answer = bad_input.send(office, "POST", "/backups/", {"backupType": "both"}, "tables", bad)
        assert (answer.status_code, Backup.objects.count()) == (422, 0)


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/backups/", {"backupType": "both"}),
        ("/restores", {"backupId": UNKNOWN, "restoreType": "both"}),
    ],
)
class TestAdminId:
    def test_of_somebody_else_is_refused(self, office, customer, path, body):
        answer = office.post(f"{path}?admin_id={customer.pk}", body)
        assert (answer.status_code, answer.json()["code"]) == (403, "not_yours")

    def test_of_the_caller_or_of_nobody_passes(self, office, admin, path, body):
        for admin_id in (admin.pk, 0):
            assert office.post(f"{path}?admin_id={admin_id}", body).status_code in (201, 404)

    @pytest.mark.parametrize("ill_formed", ["x", "-1", "1.5", "", "9" * 400])
    def test_must_be_a_number(self, office, path, body, ill_formed):
        answer = office.post(f"{path}?admin_id={ill_formed}", body)
        assert (answer.status_code, locations(answer)) == (422, [["query", "admin_id"]])


class TestReadBackups:
    def test_lists_the_newest_first(self, office, now):
        first, second = BackupFactory(), BackupFactory()
        listed = office.get("/backups/")
        assert [row["id"] for row in listed.json()] == [second.pk, first.pk]
        assert [row["id"] for row in office.get("/backups/?skip=1&limit=1").json()] == [first.pk]

    def test_lists_fifty_unless_asked(self, office):
        Backup.objects.bulk_create(BackupFactory.build_batch(51))
        assert len(office.get("/backups/").json()) == 50
        assert len(office.get("/backups/?limit=500").json()) == 51

    @pytest.mark.parametrize("limit", ["0", "501", "x"])
    def test_bounds_the_list(self, office, limit):
        assert office.get(f"/backups/?limit={limit}").status_code == 422

    def test_asks_twice_however_long_the_list(self, office, django_assert_num_queries, admin):
        Backup.objects.bulk_create(BackupFactory.build_batch(20, performed_by=admin))
        with django_assert_num_queries(2):  # who asks; the rows
            office.get("/backups/")

    def test_tells_one_place_or_a_list_of_two(self, office, now):
        ended = {"status": "completed", "completed_at": now, "size": 3}
        alone = BackupFactory(file_paths=["a/database.dump"], **ended)
        both = BackupFactory(backup_type="both", file_paths=["b/database.dump", "b/media.tar"], **ended)
        assert office.get(f"/backups/{alone.pk}").json()["filePath"] == "a/database.dump"
        assert office.get(f"/backups/{both.pk}").json()["filePath"] == ["b/database.dump", "b/media.tar"]

    def test_calls_nobody_zero(self, office):
        assert office.get(f"/backups/{BackupFactory().pk}").json()["performedBy"] == 0


class TestDeleteBackup:
    def test_deletes_the_files_and_the_record_once(self, office, folder, now):
        backup = BackupFactory(status="completed", completed_at=now)
        place = folder / "backups" / backup.operation_id
        place.mkdir(parents=True)
        for name in ("database.dump", "media.tar", "manifest.json"):
            (place / name).write_text("x")

        answer = office.delete(f"/backups/{backup.pk}")

        assert (answer.status_code, list(answer.json())) == (200, ["message"])
        assert not place.exists()
        again = office.delete(f"/backups/{backup.pk}")
        assert (again.status_code, again.json()["code"]) == (404, "backup_unknown")

    def test_keeps_the_records_of_its_restores(self, office, folder, now):
        backup = BackupFactory(status="completed", completed_at=now)
        restore = RestoreFactory(source_backup_id=backup.pk, status="completed", completed_at=now)
        assert office.delete(f"/backups/{backup.pk}").status_code == 200
        assert office.get(f"/restores/{restore.pk}").json()["sourceBackupId"] == backup.pk

    def test_waits_until_it_is_written(self, office):
        backup = BackupFactory()
        answer = office.delete(f"/backups/{backup.pk}")
        assert (answer.status_code, answer.json()["code"]) == (409, "backup_in_use")
        assert Backup.objects.filter(pk=backup.pk).exists()

    def test_waits_until_it_is_restored(self, office, now):
        backup = BackupFactory(status="completed", completed_at=now)
        RestoreFactory(source_backup_id=backup.pk)
        assert office.delete(f"/backups/{backup.pk}").status_code == 409
        assert Backup.objects.filter(pk=backup.pk).exists()


class TestCreateRestore:
    @pytest.fixture
    def complete(self, now):
        return BackupFactory(status="completed", completed_at=now)

    def test_answers_at_once_and_queues_the_work(
        self, office, admin, complete, queued, django_capture_on_commit_callbacks
    ):
        with django_capture_on_commit_callbacks(execute=True):
            answer = office.post("/restores", {"backupId": complete.operation_id, "restoreType": "postgres"})

        body = answer.json()
        assert answer.status_code == 202
        assert re.fullmatch(r"REST-20\d{12}-[0-9a-f]{8}", body.pop("operationId"))
        assert queued == [("ops.run_restore", {"restore_id": body.pop("id")})]
        assert body.pop("startedAt").endswith("Z")
        assert body == {
            "backupType": "postgres",
            "status": "in_progress",
            "sourceBackupId": complete.pk,
            "sourceUrl": None,
            "tables": None,
            "performedBy": admin.pk,
            "completedAt": None,
            "progress": None,
            "errorMessage": None,
            "notes": None,
        }

    @pytest.mark.parametrize(
        ("fields", "kind", "status", "code"),
        [
            ({"status": "failed"}, "postgres", 400, "backup_not_completed"),
            ({}, "mongodb", 400, "backup_type_unsupported"),
            ({}, "both", 400, "backup_type_mismatch"),
        ],
    )
    def test_refuses_what_cannot_be_restored(self, office, now, fields, kind, status, code):
        backup = BackupFactory(**{"status": "completed", "completed_at": now, **fields})
        answer = office.post("/restores", {"backupId": backup.pk, "restoreType": kind})
        assert (answer.status_code, answer.json()["code"], Restore.objects.count()) == (status, code, 0)

    def test_takes_some_tables_of_what_the_backup_holds(self, office, now):
        backup = BackupFactory(status="completed", completed_at=now, tables=["accounts_user", "catalog_movie"])
        body = {"backupId": backup.pk, "restoreType": "postgres"}

        refused = office.post("/restores", body | {"tables": ["billing_payment"]})
        unknown = office.post("/restores", body | {"tables": ["pg_authid"]})
        started = office.post("/restores", body | {"tables": ["catalog_movie"]})

        assert (refused.status_code, refused.json()["code"]) == (400, "backup_partial")
        assert (unknown.status_code, locations(unknown)) == (422, [["body", "tables", 0]])
        assert (started.status_code, started.json()["tables"]) == (202, ["catalog_movie"])
        Restore.objects.all().delete()
        assert office.post("/restores", body).json()["tables"] == backup.tables

    @pytest.mark.parametrize("name", [UNKNOWN, ".*", "database.dump", "%"])
    def test_finds_only_what_is_named_exactly(self, office, complete, name):
        answer = office.post("/restores", {"backupId": name, "restoreType": "postgres"})
        assert (answer.status_code, answer.json()["code"]) == (404, "backup_unknown")

    def test_refuses_a_second_at_a_time(self, office, complete):
        RestoreFactory()
        answer = office.post("/restores", {"backupId": complete.pk, "restoreType": "postgres"})
        assert (answer.status_code, answer.json()["code"]) == (409, "restore_running")

    @pytest.mark.parametrize(
        ("field", "bad"),
        bad_input.cases(backupId=bad_input.TEXT, restoreType=bad_input.TEXT, notes=bad_input.OPTIONAL_TEXT),
    )
    def test_refuses_what_is_ill_formed(self, office, complete, field, bad):
        body = {"backupId": complete.pk, "restoreType": "postgres"}
        answer = bad_input.send(office, "POST", "/restores", body, field, bad)
        assert (answer.status_code, Restore.objects.count()) == (422, 0)


class TestReadRestores:
    def test_lists_the_newest_first(self, office):
        first, second = RestoreFactory(), RestoreFactory()
        assert [row["id"] for row in office.get("/restores").json()] == [second.pk, first.pk]
        assert [row["id"] for row in office.get("/restores/?skip=1&limit=1").json()] == [first.pk]

    def test_tells_how_one_failed(self, office, now):
        failed = RestoreFactory(status="failed", completed_at=now, error_message="It is broken.")
        body = office.get(f"/restores/{failed.pk}").json()
        assert (body["status"], body["errorMessage"]) == ("failed", "It is broken.")


EVERY = [
    ("GET", "/backups/"),
    ("POST", "/backups/"),
    ("GET", f"/backups/{UNKNOWN}"),
    ("DELETE", f"/backups/{UNKNOWN}"),
    ("GET", "/restores"),
    ("POST", "/restores"),
    ("GET", f"/restores/{UNKNOWN}"),
]


class TestPermissions:
    @pytest.mark.parametrize(("method", "path"), EVERY)
    def test_close_everything_to_all_but_admins(self, api, customer, clerk, manager, method, path):
        assert api.generic(method, path).status_code == 401
        for person in (customer, clerk, manager):
            assert api.signed_in_as(person).generic(method, path).status_code == 403

    @pytest.mark.parametrize(("method", "path"), [row for row in EVERY if row[1].endswith("f")])
    @pytest.mark.parametrize("ill_formed", ["1", "-1", "g" * 24, "f" * 23, "f" * 25, "hello", "%00"])
    def test_let_an_admin_meet_malformed_ids(self, office, method, path, ill_formed):
        answer = office.generic(method, path.replace(UNKNOWN, ill_formed))
        assert answer.status_code == 422
        assert answer.json()["detail"][0]["loc"][0] == "path"

    @pytest.mark.parametrize(("method", "path"), [row for row in EVERY if row[1].endswith("f")])
    def test_let_an_admin_meet_unknown_ids(self, office, method, path):
        assert office.generic(method, path).status_code == 404
