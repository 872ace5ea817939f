"""Every door of Keyway, in one list."""

from web import auth, health
from web.door import READER, SIGNED_IN, Door
from web.pages import home, me, queue

ROUTES: list[Door] = [
    Door("/", home.home, READER),
    Door("/queue", queue.queue, READER),
    Door("/me", me.me, SIGNED_IN),
    Door("/me/settings", me.settings, SIGNED_IN, methods=("POST",)),
    Door("/signin", auth.signin, READER),
    Door("/signin/github", auth.to_github, READER),
    Door("/signin/github/callback", auth.from_github, READER),
    Door("/signout", auth.signout, READER, methods=("POST",)),
    Door("/signout/everywhere", auth.signout_everywhere, SIGNED_IN, methods=("POST",)),
    Door("/role", auth.role, SIGNED_IN),
    Door("/role", auth.ask_for_role, SIGNED_IN, methods=("POST",)),
    Door("/healthz", health.alive, READER),
    Door("/readyz", health.ready, READER),
]
