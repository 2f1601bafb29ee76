"""Backups and restores."""

from django.utils import timezone

from ops.models import Backup, Restore
from ops.states import RunStatus
from tests.contract.telling import Call, Story, World, tells
from tests.factories.ops import BackupFactory, RestoreFactory


def _backup(**fields: object) -> Backup:
    return BackupFactory(status=RunStatus.COMPLETED, completed_at=timezone.now(), **fields)


def _restore() -> Restore:
    return RestoreFactory(source_backup_id=_backup().pk)


@tells(76)
def create_backup(world: World) -> Story:
    body = {"backupType": "postgres", "tables": ["catalog_movie"], "notes": "before the festival"}
    call = Call(by=world.admin, query={"admin_id": world.admin.pk}, body=body)
    return Story(call, {400: call.but(body={"backupType": "mongodb"})})


@tells(77)
def list_backups(world: World) -> Story:
    BackupFactory()
    return Story(Call(by=world.admin))


@tells(78)
def read_backup(world: World) -> Story:
    return Story(Call(by=world.admin, ids=(_backup().pk,)))


@tells(79)
def delete_backup(world: World) -> Story:
    call = Call(by=world.admin, ids=(_backup().pk,))
    return Story(call, {409: call.but(ids=(BackupFactory().pk,))})


@tells(80)
def create_restore(world: World) -> Story:
    body = {"backupId": _backup().pk, "restoreType": "postgres", "notes": None}
    call = Call(by=world.admin, body=body)
    refused = {
        400: call.but(body={**body, "backupId": BackupFactory().pk}),
        404: call.but(body={**body, "backupId": ".*"}),
        409: call.but(first=lambda: RestoreFactory(started_at=world.now)),
    }
    return Story(call, refused)


@tells(81)
def list_restores(world: World) -> Story:
    _restore()
    return Story(Call(by=world.admin))


@tells(82)
def read_restore(world: World) -> Story:
    return Story(Call(by=world.admin, ids=(_restore().pk,)))
