"""Backups and restores."""

from django.utils import timezone

from ops.models import Backup, Restore
from ops.states import RunStatus
from tests.contract.telling import Call, Story, World, tells
from tests.factories.ops import BackupFactory, RestoreFactory


def _backup() -> Backup:
    return BackupFactory(status=RunStatus.COMPLETED, completed_at=timezone.now())


def _restore() -> Restore:
    return RestoreFactory(source_backup=_backup())


@tells(77)
def list_backups(world: World) -> Story:
    BackupFactory()
    return Story(Call(by=world.admin))


@tells(78)
def read_backup(world: World) -> Story:
    return Story(Call(by=world.admin, ids=(_backup().pk,)))


@tells(79)
def delete_backup(world: World) -> Story:
    return Story(Call(by=world.admin, ids=(_backup().pk,)))


@tells(81)
def list_restores(world: World) -> Story:
    _restore()
    return Story(Call(by=world.admin))


@tells(82)
def read_restore(world: World) -> Story:
    return Story(Call(by=world.admin, ids=(_restore().pk,)))
