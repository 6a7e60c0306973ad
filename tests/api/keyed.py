"""Keys of every sort, for the tests of who may ask what."""

from datetime import timedelta

from lake.keys import Keys, KeyScope

DAY = timedelta(days=1)
COLUMNS = ("none", "garbage", "unknown", "wrong secret", "expired", "revoked", "wrong scope",
           "other agent", "right", "rotated")  # fmt: skip


class Ring:
    """Makes the keys of one state folder."""

    def __init__(self, settings):
        self.keys = Keys(settings.state)
        self.now = settings.clock()

    def key(self, scopes=tuple(KeyScope), agents=None, **options):
        """Return the text of a new key."""
        given = {"now": self.now, "agents": agents, **options}
        return self.keys.create("A script", list(scopes), **given)[1]

    def credentials(self, scope, sort, *, is_of_all=False):
        """Return the headers of a sort of credentials, for a route that asks for a scope.

        Where it tells of all agents administrators may read it too.
        """
        if sort == "none":
            return {}
        enough = {scope, KeyScope.ADMIN} if is_of_all else {scope}
        return {"Authorization": f"Bearer {self._text(scope, sort, enough)}"}

    def _text(self, scope, sort, enough):
        others = [other for other in KeyScope if other not in enough]
        made = {
            "garbage": lambda: "letmein",
            "unknown": lambda: "sk_live_0123456789ab_" + "x" * 43,
            "wrong scope": lambda: self.key(others),
            "other agent": lambda: self.key([scope], agents=["nobody"]),
            "expired": lambda: self.key([scope], now=self.now - 2 * DAY, lasting=DAY),
        }
        return made[sort]() if sort in made else self._turned(self.key([scope]), sort)

    def _turned(self, text, sort):
        """Return a right key after something has happened to it."""
        key_id = text.split("_")[2]
        if sort == "wrong secret":
            return text[:-1] + ("A" if text[-1] != "A" else "B")
        if sort == "revoked":
            self.keys.revoke(key_id, now=self.now)
        if sort == "rotated":
            self.keys.rotate(key_id, now=self.now)
        return text


def bearer(text):
    return {"Authorization": f"Bearer {text}"}
