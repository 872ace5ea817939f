"""The files that a deployment is made of say the same as the code, and confine what they start."""

import re
import shlex
import subprocess
from ipaddress import ip_address, ip_network
from typing import Any

import pytest
import yaml

from core import settings
from core.settings import SETTINGS
from tests.house import ROOT

EXAMPLE = (ROOT / ".env.example").read_text("utf-8")
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))
APP, PROXY = COMPOSE["services"]["app"], COMPOSE["services"]["proxy"]
ONLY_COMPOSE = {"COMPOSE_PROFILES", "TARGET", "EXTRA_PACKAGES"}
MUST = {"BASE_URL", "SECRET_KEY", "GITHUB_CLIENT_ID", "GITHUB_CLIENT_SECRET", "ADMIN_USERS"}
OTHER_THAN_DEFAULT = {"TRUSTED_PROXIES", "COMPOSE_PROFILES", "EXTRA_PACKAGES", "TARGET", "BACKUP_SHIP_COMMAND"}


def lines() -> dict[str, str]:
    """What .env.example says of each setting, whether it is a comment or not."""
    found = re.findall(r"^#?([A-Z][A-Z_]+)=(.*)$", EXAMPLE, re.M)
    assert len(found) == len(dict(found)), "a setting stands there twice"
    return dict(found)


class TestExample:
    def test_every_setting_is_there_and_no_other(self) -> None:
        assert set(lines()) - ONLY_COMPOSE == {setting.name for setting in SETTINGS}

    def test_each_shows_its_default(self) -> None:
        defaults = {setting.name: setting.default for setting in SETTINGS}
        said = {name: value for name, value in lines().items() if name not in OTHER_THAN_DEFAULT}
        assert said == {name: defaults[name] for name in said}

    def test_each_is_explained(self) -> None:
        blocks = [block for block in EXAMPLE.split("\n\n") if re.search(r"^#?[A-Z][A-Z_]+=", block, re.M)]
        assert [block for block in blocks if not block.startswith("# ")] == []

    def test_what_has_no_default_is_to_be_filled_in(self) -> None:
        assert set(re.findall(r"^([A-Z_]+)=$", EXAMPLE, re.M)) == MUST

    def test_filled_in_it_serves(self) -> None:
        filled = dict(re.findall(r"^([A-Z_]+)=(.*)$", EXAMPLE, re.M)) | {
            "BASE_URL": "https://keyway.example.org",
            "SECRET_KEY": "forty characters that nobody else knows.",
            "GITHUB_CLIENT_ID": "id",
            "GITHUB_CLIENT_SECRET": "secret",
        }
        settings.check_serving(settings.read(filled | APP["environment"]))

    def test_as_it_is_it_does_not(self) -> None:
        with pytest.raises(settings.OperatorError, match="SECRET_KEY has 0 characters"):
            settings.check_serving(settings.read(dict(re.findall(r"^([A-Z_]+)=(.*)$", EXAMPLE, re.M))))


class TestCompose:
    def test_only_the_proxy_is_public(self) -> None:
        assert all(port.startswith("127.0.0.1:") for port in APP["ports"])
        assert {port.partition(":")[0] for port in PROXY["ports"]} == {"80", "443"}
        assert PROXY["profiles"] == ["https"]

    def test_the_data_folder_and_the_settings_are_where_the_docs_say(self) -> None:
        assert APP["volumes"] == ["./data:/app/data"]
        assert APP["environment"]["DATA_DIR"] == "/app/data"
        assert APP["env_file"] == ".env"

    def test_the_proxy_that_is_trusted_is_the_one_that_is_there(self) -> None:
        assert PROXY["networks"]["inside"]["ipv4_address"] == lines()["TRUSTED_PROXIES"]

    def test_nobody_else_can_be_given_the_proxys_address(self) -> None:
        subnet = COMPOSE["networks"]["inside"]["ipam"]["config"][0]
        address = ip_address(PROXY["networks"]["inside"]["ipv4_address"])
        assert address in ip_network(subnet["subnet"])
        assert address not in ip_network(subnet["ip_range"])

    def test_the_proxy_is_told_no_secret(self) -> None:
        assert "env_file" not in PROXY
        assert set(PROXY["environment"]) == {"BASE_URL"}

    @pytest.mark.parametrize("service", [APP, PROXY], ids=["app", "proxy"])
    def test_nothing_has_more_than_it_needs(self, service: dict[str, Any]) -> None:
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]
        assert service["restart"] == "unless-stopped"
        assert service["mem_limit"]

    def test_a_stop_may_take_longer_than_the_servers_own(self) -> None:
        graceful = re.search(r"^graceful_timeout = (\d+)$", (ROOT / "gunicorn.conf.py").read_text("utf-8"), re.M)
        assert graceful and int(APP["stop_grace_period"].rstrip("s")) > int(graceful[1])

    def test_its_health_check_is_that_of_the_image(self) -> None:
        said = re.search(r"^HEALTHCHECK .*CMD (\[.*\])$", (ROOT / "Containerfile").read_text("utf-8"), re.M)
        assert said and yaml.safe_load(said[1]) == APP["healthcheck"]["test"][1:]


class TestContainerfile:
    TEXT = (ROOT / "Containerfile").read_text("utf-8")

    def test_the_default_target_is_without_torch(self) -> None:
        stages = re.findall(r"^FROM \S+ AS (\S+)$", self.TEXT, re.M)
        assert stages[-2:] == ["app-torch", "app"]
        assert "packages-torch" not in self.TEXT[self.TEXT.index("AS app\n") :]

    def test_what_it_copies_is_let_in(self) -> None:
        ignored = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
        copied = {name for line in re.findall(r"^COPY (?!--)(.+) \S+$", self.TEXT, re.M) for name in line.split()}
        assert ignored[1] == "*"
        assert {f"!{name}" for name in copied} == {line for line in ignored if line.startswith("!")}


@pytest.mark.parametrize("name", sorted(path.name for path in ROOT.glob("scripts/*.sh")))
def test_bash_can_read_it(name: str) -> None:
    subprocess.run(["bash", "-n", ROOT / "scripts" / name], check=True)


def test_a_ship_command_of_the_docs_is_one_word_to_compose() -> None:
    said = lines()["BACKUP_SHIP_COMMAND"]
    assert len(shlex.split(said)) == 1
    assert "$1" in shlex.split(said)[0]
