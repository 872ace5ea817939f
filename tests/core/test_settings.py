"""Settings: each is read once, and a bad one names itself, its value and what was expected."""

from datetime import timedelta
from pathlib import Path

import pytest

from core import checks, settings
from core.errors import OperatorError

SECRET = "a secret of more than thirty-two characters"
GITHUB = {"SECRET_KEY": SECRET, "GITHUB_CLIENT_ID": "id", "GITHUB_CLIENT_SECRET": "secret"}
STANDIN = {"GITHUB_URL": "http://127.0.0.1:5001", "GITHUB_API_URL": "http://127.0.0.1:5001"}


def test_nothing_set_gives_the_defaults() -> None:
    found = settings.read({})
    assert (found.host, found.port, found.base_url) == ("127.0.0.1", 5000, "http://127.0.0.1:5000")
    assert found.database_path == Path("data/ke_wp_mapping.db")
    assert found.vectors_dir == Path("data/vectors")
    assert found.hf_home == Path("data/models")
    assert (found.review, found.web_workers, found.data_license) == ("two-person", 2, "CC0-1.0")
    assert (found.secret_key, found.admin_users, found.trusted_proxies) == ("", (), ())
    assert not found.secure


def test_what_is_set_counts() -> None:
    found = settings.read(
        {
            "DATA_DIR": "/srv/keyway",
            "HOST": "::1",
            "PORT": "5050",
            "ADMIN_USERS": " curator , 149,, ",
            "TRUSTED_PROXIES": "172.18.0.0/16,127.0.0.1",
            "REVIEW": "single",
        }
    )
    assert found.database_path == Path("/srv/keyway/ke_wp_mapping.db")
    assert found.base_url == "http://[::1]:5050"
    assert found.admin_users == ("curator", "149")
    assert found.trusted_proxies == ("172.18.0.0/16", "127.0.0.1")
    assert found.review == "single"


def test_an_address_is_as_browsers_write_it() -> None:
    """They send it as `Origin`, which is compared with ours."""
    assert settings.read({"BASE_URL": "HTTPS://Keyway.Example.org"}).base_url == "https://keyway.example.org"


def test_an_empty_value_is_the_default() -> None:
    assert settings.read({"PORT": "  ", "DATABASE_PATH": ""}) == settings.read({})


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("PORT", "http", "PORT is 'http', expected a whole number from 1 to 65535"),
        ("PORT", "0", "PORT is '0', expected"),
        ("PORT", "65536", "PORT is '65536', expected"),
        ("PORT", "٥", "PORT is '٥', expected"),
        ("WEB_WORKERS", "many", "WEB_WORKERS is 'many', expected a whole number from 1 to 64"),
        ("BASE_URL", "https://example.org/", "BASE_URL is 'https://example.org/', expected an address like https://"),
        ("BASE_URL", "keyway.example.org", "BASE_URL is 'keyway.example.org', expected an address like https://"),
        ("BASE_URL", "https://example.org/keyway", "BASE_URL is 'https://example.org/keyway', expected"),
        ("BASE_URL", "https://me:secret@example.org", "BASE_URL is 'https://me:secret@example.org', expected"),
        ("BASE_URL", "https://example.org:99999", "BASE_URL is 'https://example.org:99999', expected"),
        ("BASE_URL", "https://[::1", "BASE_URL is 'https://[::1', expected"),
        ("BASE_URL", "https://kéyway.example.org", "BASE_URL is 'https://kéyway.example.org', expected"),
        ("GO_ONTOLOGY_URL", "https://[::1", "GO_ONTOLOGY_URL is 'https://[::1', expected"),
        ("GITHUB_URL", "ftp://example.org", "GITHUB_URL is 'ftp://example.org', expected"),
        ("BACKUP_AT", "2:00", "BACKUP_AT is '2:00', expected a time of day like 02:00, or nothing"),
        ("BACKUP_AT", "24:00", "BACKUP_AT is '24:00', expected"),
        ("BACKUP_AT", "0 2 * * *", "BACKUP_AT is '0 2 * * *', expected"),
        ("BACKUP_KEEP", "0", "BACKUP_KEEP is '0', expected a whole number from 1 to 10000"),
        ("BACKUP_LATE_AFTER", "26", "BACKUP_LATE_AFTER is '26', expected a number with s, m, h or d"),
        ("BACKUP_LATE_AFTER", "0h", "BACKUP_LATE_AFTER is '0h', expected"),
        ("REVIEW", "none", "REVIEW is 'none', expected one of: two-person, single"),
        ("TRUSTED_PROXIES", "127.0.0.1,proxy", "TRUSTED_PROXIES has 'proxy', expected addresses or networks"),
        ("TRUSTED_PROXIES", "10.0.0.1/8", "TRUSTED_PROXIES has '10.0.0.1/8', expected"),
    ],
)
def test_a_bad_value_names_itself(name: str, value: str, expected: str) -> None:
    with pytest.raises(OperatorError) as error:
        settings.read({name: value})
    assert str(error.value).startswith(expected)


def test_no_time_for_a_backup_is_a_value_of_its_own() -> None:
    assert settings.read({}).backup_at == "02:00"
    assert settings.read({"BACKUP_AT": " "}).backup_at == ""


@pytest.mark.parametrize(("value", "hours"), [("90s", 0.025), ("30m", 0.5), ("26h", 26), ("2d", 48)])
def test_a_duration_has_its_unit(value: str, hours: float) -> None:
    assert settings.read({"BACKUP_LATE_AFTER": value}).backup_late_after == timedelta(hours=hours)


def test_a_secret_may_come_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text(SECRET + "\n")
    assert settings.read({"SECRET_KEY_FILE": str(file), "SECRET_KEY": "ignored"}).secret_key == SECRET


def test_a_file_that_cannot_be_read_names_itself(tmp_path: Path) -> None:
    with pytest.raises(OperatorError, match=r"SECRET_KEY_FILE names .*missing, which cannot be read: .*No such file"):
        settings.read({"SECRET_KEY_FILE": str(tmp_path / "missing")})
    (tmp_path / "binary").write_bytes(b"\xff\xfe")
    with pytest.raises(OperatorError, match="which cannot be read"):
        settings.read({"SECRET_KEY_FILE": str(tmp_path / "binary")})


class TestServing:
    """What must not serve does not start."""

    def test_github_over_https_serves(self) -> None:
        settings.check_serving(settings.read(GITHUB | {"BASE_URL": "https://keyway.example.org", "HOST": "0.0.0.0"}))

    def test_the_standin_serves_on_this_machine(self) -> None:
        settings.check_serving(settings.read(GITHUB | STANDIN))

    @pytest.mark.parametrize(
        ("changed", "expected"),
        [
            ({"SECRET_KEY": ""}, "SECRET_KEY has 0 characters, expected at least 32 random ones: python -c"),
            ({"SECRET_KEY": "short"}, "SECRET_KEY has 5 characters"),
            ({"SECRET_KEY": "changeme" * 8}, "SECRET_KEY has 64 characters, only 7 different ones, expected"),
            ({"GITHUB_CLIENT_ID": ""}, "GITHUB_CLIENT_ID is empty; register an OAuth app"),
            ({"GITHUB_CLIENT_SECRET": ""}, "GITHUB_CLIENT_SECRET is empty"),
            ({"BASE_URL": "http://keyway.example.org"}, "BASE_URL is http://keyway.example.org, expected https://"),
        ],
    )
    def test_a_setting_that_is_missing_or_unsafe_stops_the_start(self, changed: dict[str, str], expected: str) -> None:
        with pytest.raises(OperatorError) as error:
            settings.check_serving(settings.read(GITHUB | changed))
        assert str(error.value).startswith(expected)

    @pytest.mark.parametrize(
        "changed",
        [
            {"HOST": "0.0.0.0", "BASE_URL": "http://127.0.0.1:5000"},
            {"BASE_URL": "https://keyway.example.org"},
            {"GITHUB_URL": "http://github.example.org"},
            {"GITHUB_API_URL": "https://evil.example.org"},
            {"GITHUB_API_URL": "http://127.0.0.1.example.org"},
        ],
    )
    def test_another_provider_is_for_loopback_alone(self, changed: dict[str, str]) -> None:
        with pytest.raises(OperatorError, match="another provider only where HOST, BASE_URL and it are loopback"):
            settings.check_serving(settings.read(GITHUB | STANDIN | changed))

    def test_the_secret_is_never_told(self) -> None:
        with pytest.raises(OperatorError) as error:
            settings.check_serving(settings.read(GITHUB | {"SECRET_KEY": "hunter2"}))
        assert "hunter2" not in str(error.value)


@pytest.mark.parametrize(
    ("url", "loopback"),
    [
        ("http://localhost:5000", True),
        ("http://127.0.0.1", True),
        ("http://127.8.8.8", True),
        ("http://[::1]:5000", True),
        ("http://0.0.0.0", False),
        ("http://localhost.example.org", False),
        ("https://keyway.example.org", False),
    ],
)
def test_loopback_is_this_machine(url: str, loopback: bool) -> None:
    assert checks.is_loopback(url) is loopback


def test_the_standins_people_stay_who_they_are_when_its_port_changes() -> None:
    ports = ("5001", "43210")
    assert len({settings.read({"GITHUB_URL": f"http://127.0.0.1:{port}"}).issuer for port in ports}) == 1
    assert settings.read({}).issuer == "https://github.com"
