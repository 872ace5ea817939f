"""Settings: one line each, read from the environment once at start. A bad value names itself, loudly and early."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from core import checks
from core.checks import Check
from core.errors import OperatorError

MIN_SECRET, MIN_DIFFERENT = 32, 10  # a secret of a few characters, or words, over and over is not random
MIN_TOKEN = 20
CALLBACK = "/signin/github/callback"


@dataclass(frozen=True, slots=True)
class Setting:
    """One environment variable: its name, its default as it would be written there, what it is for, and the check that
    gives its value.

    An empty value is the default, unless `empty` says that it means something of its own.
    """

    name: str
    default: str
    help: str
    check: Check
    empty: bool


def _setting(default: str, help: str, check: Check = checks.text, *, empty: bool = False) -> Any:
    """A field of `Settings`: the environment has it under the same name in capitals."""
    return field(metadata={"default": default, "help": help, "check": check, "empty": empty})


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings in force, as values. `read` makes them; nothing else reads the environment."""

    data_dir: Path = _setting("data", "Folder of the database, the vectors and the backups.", checks.path)
    database_path: Path = _setting("", "The database file; empty: ke_wp_mapping.db in DATA_DIR.", checks.path)
    host: str = _setting("127.0.0.1", "Address to listen on.")
    port: int = _setting("5000", "Port to listen on.", checks.number(1, 65535))
    base_url: str = _setting(
        "", "The address that people type, without a path; empty: http on HOST and PORT.", checks.url
    )
    secret_key: str = _setting(
        "", "At least 32 random characters; signs the short-lived cookie of a sign-in. No default."
    )
    github_client_id: str = _setting("", "Client id of the GitHub OAuth app. No default.")
    github_client_secret: str = _setting("", "Client secret of the GitHub OAuth app. No default.")
    github_url: str = _setting(
        "https://github.com", "Where people sign in; another provider only where all is loopback.", checks.url
    )
    github_api_url: str = _setting(
        "https://api.github.com", "Where the signed-in person is asked for; as GITHUB_URL.", checks.url
    )
    admin_users: tuple[str, ...] = _setting(
        "", "GitHub numbers or logins, separated by commas, that become admin at their first sign-in.", checks.listed
    )
    review: str = _setting(
        "two-person",
        "two-person: somebody else approves; single: for a team of one.",
        checks.one_of("two-person", "single"),
    )
    model: str = _setting(
        "embedded", "What precompute encodes with: embedded, a folder, or the name of a model on a hub."
    )
    hf_home: Path = _setting("", "Where downloaded models are kept; empty: models in DATA_DIR.", checks.path)
    web_workers: int = _setting("2", "Number of worker processes.", checks.number(1, 64))
    backup_at: str = _setting(
        "02:00",
        "When the container makes its daily backup, in UTC; empty: age is not judged.",
        checks.time_of_day,
        empty=True,
    )
    backup_keep: int = _setting("7", "So many of the newest backups are always kept.", checks.number(1, 10_000))
    backup_days: int = _setting("7", "Younger backups are kept too: this many days.", checks.number(0, 10_000))
    backup_late_after: timedelta = _setting(
        "26h", "A newest backup older than this is late: a number with s, m, h or d.", checks.duration
    )
    backup_ship_command: str = _setting("", "What bash runs with each new backup as $1, to keep it on another machine.")
    writes_per_minute: int = _setting(
        "300", "So much one person may write, reviewers excepted; 0: as fast as they like.", checks.number(0, 100_000)
    )
    metrics_token: str = _setting(
        "", "What /metrics asks for as bearer token; empty: it answers to this machine alone."
    )
    log_level: str = _setting(
        "info",
        "What is logged: info (a line a request too), warning or error.",
        checks.one_of("info", "warning", "error"),
    )
    trusted_proxies: tuple[str, ...] = _setting(
        "", "Addresses or networks, separated by commas, whose forwarded headers are believed.", checks.networks
    )
    data_license: str = _setting("CC0-1.0", "Licence of the published mappings, as an SPDX identifier.")
    aopwiki_sparql_url: str = _setting(
        "https://aopwiki.rdf.bigcat-bioinformatics.org/sparql",
        "AOP-Wiki's SPARQL service, for fetch_sources.",
        checks.address,
    )
    wikipathways_sparql_url: str = _setting(
        "https://sparql.wikipathways.org/sparql", "WikiPathways' SPARQL service, likewise.", checks.address
    )
    go_ontology_url: str = _setting(
        "https://purl.obolibrary.org/obo/go/go-basic.obo", "The Gene Ontology as OBO, likewise.", checks.address
    )
    go_annotations_url: str = _setting(
        "https://ftp.ebi.ac.uk/pub/databases/GO/goa/HUMAN/goa_human.gaf.gz",
        "Its human annotations as GAF, likewise.",
        checks.address,
    )
    reactome_download_url: str = _setting(
        "https://reactome.org/download/current/", "The folder of Reactome's files, likewise.", checks.address
    )
    source_hosts: tuple[str, ...] = _setting(
        "current.geneontology.org,release.geneontology.org",
        "Hosts, separated by commas, to which these addresses may redirect, over https.",
        checks.hosts,
    )

    @property
    def vectors_dir(self) -> Path:
        """Where the runs lie; `current` in it names the one in force."""
        return self.data_dir / "vectors"

    @property
    def backups_dir(self) -> Path:
        """Where the backups lie."""
        return self.data_dir / "backups"

    @property
    def releases_dir(self) -> Path:
        """Where the releases lie, each a folder of files."""
        return self.data_dir / "releases"

    @property
    def single(self) -> bool:
        """Whether one pair of eyes is enough."""
        return self.review == "single"

    @property
    def source_addresses(self) -> dict[str, str]:
        """Where the sources are fetched from, by the name of the setting."""
        return {name: getattr(self, name.lower()) for name in SOURCE_ADDRESSES}

    @property
    def secure(self) -> bool:
        """Whether people reach this server over https."""
        return self.base_url.startswith("https://")

    @property
    def redirect_uri(self) -> str:
        """Where GitHub sends people back to; what the OAuth app is registered with. Never taken from a request."""
        return self.base_url + CALLBACK

    @property
    def issuer(self) -> str:
        """Who vouches for people. A stand-in's port may be another tomorrow; its people stay who they are."""
        parts = urlsplit(self.github_url)
        return f"{parts.scheme}://{parts.hostname}" if checks.is_loopback(self.github_url) else self.github_url


SETTINGS: tuple[Setting, ...] = tuple(Setting(each.name.upper(), **each.metadata) for each in fields(Settings))
SOURCE_ADDRESSES = tuple(setting.name for setting in SETTINGS if setting.check is checks.address)


def read(environment: Mapping[str, str] = os.environ) -> Settings:
    """The settings that `environment` gives, `NAME_FILE` naming a file with the value of a secret.

    Raises OperatorError naming the setting, the value found and what was expected.
    """
    values = {setting.name: _value(setting, environment) for setting in SETTINGS}
    of_others = {
        "DATABASE_PATH": f"{values['DATA_DIR']}/ke_wp_mapping.db",
        "HF_HOME": f"{values['DATA_DIR']}/models",
        "BASE_URL": f"http://{checks.printable(values['HOST'])}:{values['PORT']}",
    }
    values |= {name: default for name, default in of_others.items() if not values[name]}
    made: dict[str, Any] = {each.name.lower(): each.check(each.name, values[each.name]) for each in SETTINGS}
    return Settings(**made)


def check_serving(settings: Settings) -> None:
    """Raise OperatorError where a server must not start with these settings: secrets, addresses, sign-in."""
    length, different = len(settings.secret_key), len(set(settings.secret_key))
    if length < MIN_SECRET or different < MIN_DIFFERENT:
        raise OperatorError(
            f"SECRET_KEY has {length} characters{f', only {different} different ones' * (length >= MIN_SECRET)}, "
            f"expected at least {MIN_SECRET} random ones: "
            "python -c 'import secrets; print(secrets.token_urlsafe(48))'"
        )
    if 0 < len(settings.metrics_token) < MIN_TOKEN:
        raise OperatorError(
            f"METRICS_TOKEN has {len(settings.metrics_token)} characters, expected none or at least {MIN_TOKEN}"
        )
    for name, value in (
        ("GITHUB_CLIENT_ID", settings.github_client_id),
        ("GITHUB_CLIENT_SECRET", settings.github_client_secret),
    ):
        if not value:
            raise OperatorError(f"{name} is empty; register an OAuth app at GitHub and set what it gives you")
    local = checks.is_loopback(settings.base_url)
    if not settings.secure and not local:
        raise OperatorError(f"BASE_URL is {settings.base_url}, expected https:// (http is for loopback addresses only)")
    for name, value, real in (
        ("GITHUB_URL", settings.github_url, "https://github.com"),
        ("GITHUB_API_URL", settings.github_api_url, "https://api.github.com"),
    ):
        everything_local = local and checks.is_loopback(value) and settings.host in checks.LOOPBACK_NAMES
        if value != real and not everything_local:
            raise OperatorError(
                f"{name} is {value}, expected {real}: another provider only where HOST, BASE_URL and it are loopback"
            )


def _value(setting: Setting, environment: Mapping[str, str]) -> str:
    file = environment.get(f"{setting.name}_FILE", "")
    if not file:
        given = environment.get(setting.name)
        if setting.empty and given is not None:
            return given.strip()
        return (given or "").strip() or setting.default
    try:
        return Path(file).read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise OperatorError(f"{setting.name}_FILE names {file}, which cannot be read: {error}") from error
