"""Settings: one record each, read from the environment once at start. A bad value names itself, loudly and early."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from core import checks
from core.errors import OperatorError


@dataclass(frozen=True, slots=True)
class Setting:
    """One environment variable: its name, its default as it would be written there, and what it is for.

    An empty value is the default, unless `empty` says that it means something of its own.
    """

    name: str
    default: str
    help: str
    empty: bool = False


SETTINGS: tuple[Setting, ...] = (
    Setting("DATA_DIR", "data", "Folder of the database, the vectors and the backups."),
    Setting("DATABASE_PATH", "", "The database file; empty: ke_wp_mapping.db in DATA_DIR."),
    Setting("HOST", "127.0.0.1", "Address to listen on."),
    Setting("PORT", "5000", "Port to listen on."),
    Setting("BASE_URL", "", "The address that people type, without a path; empty: http on HOST and PORT."),
    Setting("SECRET_KEY", "", "At least 32 random characters; signs the short-lived cookie of a sign-in. No default."),
    Setting("GITHUB_CLIENT_ID", "", "Client id of the GitHub OAuth app. No default."),
    Setting("GITHUB_CLIENT_SECRET", "", "Client secret of the GitHub OAuth app. No default."),
    Setting("GITHUB_URL", "https://github.com", "Where people sign in; another provider only where all is loopback."),
    Setting("GITHUB_API_URL", "https://api.github.com", "Where the signed-in person is asked for; as GITHUB_URL."),
    Setting(
        "ADMIN_USERS", "", "GitHub numbers or logins, separated by commas, that become admin at their first sign-in."
    ),
    Setting("REVIEW", "two-person", "two-person: somebody else approves; single: for a team of one."),
    Setting("MODEL", "embedded", "What precompute encodes with: embedded, a folder, or the name of a model on a hub."),
    Setting("HF_HOME", "", "Where downloaded models are kept; empty: models in DATA_DIR."),
    Setting("WEB_WORKERS", "2", "Number of worker processes."),
    Setting("BACKUP_AT", "02:00", "When the container makes its daily backup, in UTC; empty: age is not judged.", True),
    Setting("BACKUP_KEEP", "7", "So many of the newest backups are always kept."),
    Setting("BACKUP_DAYS", "7", "Younger backups are kept too: this many days."),
    Setting("BACKUP_LATE_AFTER", "26h", "A newest backup older than this is late: a number with s, m, h or d."),
    Setting("BACKUP_SHIP_COMMAND", "", "What bash runs with each new backup as $1, to keep it on another machine."),
    Setting("WRITES_PER_MINUTE", "300", "So much one person may write, reviewers excepted; 0: as fast as they like."),
    Setting("METRICS_TOKEN", "", "What /metrics asks for as bearer token; empty: it answers to this machine alone."),
    Setting("LOG_LEVEL", "info", "What is logged: info (a line a request too), warning or error."),
    Setting("TRUSTED_PROXIES", "", "Addresses or networks, separated by commas, whose forwarded headers are believed."),
    Setting("DATA_LICENSE", "CC0-1.0", "Licence of the published mappings, as an SPDX identifier."),
    Setting(
        "AOPWIKI_SPARQL_URL",
        "https://aopwiki.rdf.bigcat-bioinformatics.org/sparql",
        "AOP-Wiki's SPARQL service, for fetch_sources.",
    ),
    Setting(
        "WIKIPATHWAYS_SPARQL_URL", "https://sparql.wikipathways.org/sparql", "WikiPathways' SPARQL service, likewise."
    ),
    Setting(
        "GO_ONTOLOGY_URL", "https://purl.obolibrary.org/obo/go/go-basic.obo", "The Gene Ontology as OBO, likewise."
    ),
    Setting(
        "GO_ANNOTATIONS_URL",
        "https://ftp.ebi.ac.uk/pub/databases/GO/goa/HUMAN/goa_human.gaf.gz",
        "Its human annotations as GAF, likewise.",
    ),
    Setting(
        "REACTOME_DOWNLOAD_URL", "https://reactome.org/download/current/", "The folder of Reactome's files, likewise."
    ),
    Setting(
        "SOURCE_HOSTS",
        "current.geneontology.org,release.geneontology.org",
        "Hosts, separated by commas, to which these addresses may redirect, over https.",
    ),
)

SOURCE_ADDRESSES = (
    "AOPWIKI_SPARQL_URL",
    "WIKIPATHWAYS_SPARQL_URL",
    "GO_ONTOLOGY_URL",
    "GO_ANNOTATIONS_URL",
    "REACTOME_DOWNLOAD_URL",
)
MIN_SECRET, MIN_DIFFERENT = 32, 10  # a secret of a few characters, or words, over and over is not random
MIN_TOKEN = 20
CALLBACK = "/signin/github/callback"


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings in force, as values. `read` makes them; nothing else reads the environment."""

    data_dir: Path
    database_path: Path
    host: str
    port: int
    base_url: str
    secret_key: str
    github_client_id: str
    github_client_secret: str
    github_url: str
    github_api_url: str
    admin_users: tuple[str, ...]
    review: str
    model: str
    hf_home: Path
    web_workers: int
    backup_at: str
    backup_keep: int
    backup_days: int
    backup_late_after: timedelta
    backup_ship_command: str
    writes_per_minute: int
    metrics_token: str
    log_level: str
    trusted_proxies: tuple[str, ...]
    data_license: str
    aopwiki_sparql_url: str
    wikipathways_sparql_url: str
    go_ontology_url: str
    go_annotations_url: str
    reactome_download_url: str
    source_hosts: tuple[str, ...]

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


def read(environment: Mapping[str, str] = os.environ) -> Settings:
    """The settings that `environment` gives, `NAME_FILE` naming a file with the value of a secret.

    Raises OperatorError naming the setting, the value found and what was expected.
    """
    values = {setting.name: _value(setting, environment) for setting in SETTINGS}
    data_dir = Path(values["DATA_DIR"])
    host, port = values["HOST"], checks.number("PORT", values["PORT"], 1, 65535)
    return Settings(
        data_dir=data_dir,
        database_path=Path(values["DATABASE_PATH"] or data_dir / "ke_wp_mapping.db"),
        host=host,
        port=port,
        base_url=checks.url("BASE_URL", values["BASE_URL"] or f"http://{checks.printable(host)}:{port}"),
        secret_key=values["SECRET_KEY"],
        github_client_id=values["GITHUB_CLIENT_ID"],
        github_client_secret=values["GITHUB_CLIENT_SECRET"],
        github_url=checks.url("GITHUB_URL", values["GITHUB_URL"]),
        github_api_url=checks.url("GITHUB_API_URL", values["GITHUB_API_URL"]),
        admin_users=checks.listed(values["ADMIN_USERS"]),
        review=checks.one_of("REVIEW", values["REVIEW"], ("two-person", "single")),
        model=values["MODEL"],
        hf_home=Path(values["HF_HOME"] or data_dir / "models"),
        web_workers=checks.number("WEB_WORKERS", values["WEB_WORKERS"], 1, 64),
        backup_at=checks.time_of_day("BACKUP_AT", values["BACKUP_AT"]),
        backup_keep=checks.number("BACKUP_KEEP", values["BACKUP_KEEP"], 1, 10_000),
        backup_days=checks.number("BACKUP_DAYS", values["BACKUP_DAYS"], 0, 10_000),
        backup_late_after=checks.duration("BACKUP_LATE_AFTER", values["BACKUP_LATE_AFTER"]),
        backup_ship_command=values["BACKUP_SHIP_COMMAND"],
        writes_per_minute=checks.number("WRITES_PER_MINUTE", values["WRITES_PER_MINUTE"], 0, 100_000),
        metrics_token=values["METRICS_TOKEN"],
        log_level=checks.one_of("LOG_LEVEL", values["LOG_LEVEL"], ("info", "warning", "error")),
        trusted_proxies=checks.each("TRUSTED_PROXIES", checks.listed(values["TRUSTED_PROXIES"]), checks.network),
        data_license=values["DATA_LICENSE"],
        source_hosts=tuple(host.lower() for host in checks.listed(values["SOURCE_HOSTS"])),
        **{name.lower(): checks.address(name, values[name]) for name in SOURCE_ADDRESSES},
    )


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
