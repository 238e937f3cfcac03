"""A keyring as a desktop has one, kept in memory."""

from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked, PasswordDeleteError


class InMemory(KeyringBackend):
    priority = 1

    def __init__(self):
        super().__init__()
        self.kept, self.locked = {}, False

    def set_password(self, service, username, password):
        self._ask()
        self.kept[service, username] = password

    def get_password(self, service, username):
        self._ask()
        return self.kept.get((service, username))

    def delete_password(self, service, username):
        self._ask()
        if self.kept.pop((service, username), None) is None:
            raise PasswordDeleteError

    def _ask(self):
        if self.locked:
            raise KeyringLocked("hush: the words of the keyring")
