"""Every door of Keyway, in one list."""

from core.model import Role
from web import auth, health, styles
from web.door import READER, SIGNED_IN, Door
from web.pages import admin, decisions, explore, home, instruments, key_event, keys, mapping, me, queue, target

ROUTES: list[Door] = [
    Door("/", home.home, READER),
    Door("/queue", queue.queue, READER),
    Door("/key-events/{id:number}", key_event.show, READER),
    Door("/key-events/{id:number}/decisions", decisions.decide, Role.CURATOR, methods=("POST",)),
    Door("/key-events/{id:number}/undo", decisions.undo, Role.CURATOR, methods=("POST",)),
    Door("/key-events/{id:number}/no-target", decisions.no_target, Role.CURATOR, methods=("POST",)),
    Door("/key-events/{id:number}/table", key_event.table, READER, partial=True),
    Door("/key-events/{id:number}/table/details", key_event.details, READER, partial=True),
    Door("/key-events/{id:number}/table/search", key_event.search, READER, partial=True),
    Door(
        "/key-events/{id:number}/table/decisions", decisions.decide_in_place, SIGNED_IN, methods=("POST",), partial=True
    ),
    Door("/key-events/{id:number}/table/undo", decisions.undo_in_place, SIGNED_IN, methods=("POST",), partial=True),
    Door(
        "/key-events/{id:number}/table/no-target",
        decisions.no_target_in_place,
        SIGNED_IN,
        methods=("POST",),
        partial=True,
    ),
    Door("/targets/{source}/{accession}", target.target, READER),
    Door("/mappings/{uuid:uuid}", mapping.mapping, READER),
    Door("/explore", explore.explore, READER),
    Door("/instruments", instruments.instruments, READER),
    Door("/me", me.me, SIGNED_IN),
    Door("/me/settings", me.settings, SIGNED_IN, methods=("POST",)),
    Door("/me/orcid", me.link_orcid, SIGNED_IN, methods=("POST",)),
    Door("/me/keys", keys.keep, SIGNED_IN, methods=("POST",)),
    Door("/me/scores", keys.toggle_scores, SIGNED_IN, methods=("POST",)),
    Door("/me/scores/table", keys.toggle_scores_in_place, SIGNED_IN, methods=("POST",), partial=True),
    Door("/signin", auth.signin, READER),
    Door("/signin/github", auth.to_github, READER),
    Door("/signin/github/callback", auth.from_github, READER),
    Door("/signout", auth.signout, READER, methods=("POST",)),
    Door("/signout/everywhere", auth.signout_everywhere, SIGNED_IN, methods=("POST",)),
    Door("/role", auth.role, SIGNED_IN),
    Door("/role", auth.ask_for_role, SIGNED_IN, methods=("POST",)),
    Door("/static/sheets/{names}.css", styles.sheets, READER),
    Door("/role/code", auth.enter, SIGNED_IN, methods=("POST",)),
    Door("/admin", admin.admin, Role.ADMIN),
    Door("/admin/people/{id:number}/role", admin.role, Role.ADMIN, methods=("POST",), name="admin_role"),
    Door("/admin/people/{id:number}/access", admin.access, Role.ADMIN, methods=("POST",)),
    Door("/admin/people/{id:number}/signout", admin.end_sessions, Role.ADMIN, methods=("POST",)),
    Door("/admin/codes", admin.make_code, Role.ADMIN, methods=("POST",)),
    Door("/admin/codes/{id:number}/revocation", admin.revoke_code, Role.ADMIN, methods=("POST",)),
    Door("/healthz", health.alive, READER),
    Door("/readyz", health.ready, READER),
]
