from accounts.services import sessions
from tests.accounts.test_passwords import mailed
from tests.contract.telling import Call, Story, World, tells
from tests.factories.accounts import PASSWORD

NEW = {"name": "Asha", "email": "asha@example.com", "phone": "+919820000099", "password": PASSWORD, "role": "admin"}
OTHER_PASSWORD = "back-row-and-dark"


@tells(1)
def sign_up(world: World) -> Story:
    return Story(Call(body=NEW), {409: Call(body=NEW | {"email": world.customer.email})})


@tells(2)
def log_in(world: World) -> Story:
    right = {"email": world.customer.email, "password": PASSWORD}
    return Story(
        Call(query=right), {401: Call(query=right | {"password": "wrong"}), 422: Call(query={"password": "x"})}
    )


@tells(3)
def list_users(world: World) -> Story:
    return Story(Call(by=world.admin))


@tells(4)
def read_user(world: World) -> Story:
    mine = Call(by=world.customer, ids=(world.customer.pk,))
    return Story(mine, {404: mine.but(by=world.stranger)})


@tells(5)
def change_user(world: World) -> Story:
    mine = Call(by=world.customer, ids=(world.customer.pk,), body={"name": "Asha B."})
    return Story(mine, {404: mine.but(by=world.stranger), 422: mine.but(body={"name": None})})


@tells(6)
def refresh(world: World) -> Story:
    token = sessions.open_session(user=world.customer, now=world.now).refresh
    return Story(Call(headers={"Authorization": f"Bearer {token}"}), {401: Call()})


@tells(7)
def log_out(world: World) -> Story:
    return Story(Call(by=world.customer))


@tells(8)
def forget_password(world: World) -> Story:
    return Story(Call(body={"email": world.customer.email}))


@tells(9)
def reset_password(world: World) -> Story:
    body = {"token": mailed(world.customer.email, world.now), "newPassword": OTHER_PASSWORD}
    return Story(Call(body=body), {400: Call(body=body | {"token": "x" * 43})})


@tells(10)
def change_password(world: World) -> Story:
    body = {"currentPassword": PASSWORD, "newPassword": OTHER_PASSWORD}
    mine = Call(by=world.customer, body=body)
    return Story(mine, {400: mine.but(body=body | {"newPassword": PASSWORD})})
