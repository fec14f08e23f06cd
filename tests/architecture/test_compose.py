"""The deployment on one machine is what its documents say, as Docker Compose itself reads it."""

import json
import os
import subprocess
import sysconfig
from pathlib import Path
from typing import Any

import pytest

from interfaces.settings import Settings

ROOT = Path(__file__).parents[2]
PASSWORDS = {
    "POSTGRES_PASSWORD": "owner0",
    "DATATRAIL_SERVICE_PASSWORD": "service0",
    "RABBITMQ_PASSWORD": "broker0",
    "DATATRAIL_S3_ACCESS_KEY": "access0",
    "DATATRAIL_S3_SECRET_KEY": "secret0",
    "DATATRAIL_SIGNING_KEY": "signing0",
}
OURS = {"api", "worker", "relay", "migrate"}


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    """Every service as Compose would create it."""
    answer = _compose("config", "--format", "json", given=PASSWORDS)
    assert answer.returncode == 0, answer.stderr
    found = json.loads(answer.stdout)["services"]
    assert isinstance(found, dict)
    return found


def test_it_has_every_part(services: dict[str, Any]) -> None:
    assert set(services) == OURS | {"postgres", "rabbitmq", "seaweedfs", "bucket"}


@pytest.mark.parametrize("missing", PASSWORDS)
def test_no_password_has_a_default(missing: str) -> None:
    given = {name: value for name, value in PASSWORDS.items() if name != missing}
    answer = _compose("config", "--quiet", given=given)
    assert answer.returncode != 0
    assert missing in answer.stderr


def test_every_setting_is_one_that_datatrail_reads(services: dict[str, Any]) -> None:
    known = {f"DATATRAIL_{name.upper()}" for name in Settings.model_fields}
    given = {name for service in OURS for name in services[service]["environment"]}
    assert given - known == set()


def test_what_is_set_of_models_budgets_and_the_token_reaches_who_needs_it() -> None:
    passed_on = {
        f"DATATRAIL_{name.upper()}": "7"
        for name in Settings.model_fields
        if name.startswith(("model_", "budget_"))
    }
    token = {"DATATRAIL_ADMIN_TOKEN": "token0"}
    answer = _compose("config", "--format", "json", given=PASSWORDS | passed_on | token)
    found = json.loads(answer.stdout)["services"]
    for name in ("api", "worker"):
        assert passed_on.items() <= found[name]["environment"].items()
    assert token.items() <= found["api"]["environment"].items()
    assert not token.keys() & found["worker"]["environment"].keys()


@pytest.mark.parametrize("name", sorted(OURS))
def test_our_processes_have_no_privilege(services: dict[str, Any], name: str) -> None:
    service = services[name]
    assert service["user"] == "10001:10001"
    assert service["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in service["security_opt"]
    assert service["read_only"] is True
    assert not service.get("privileged", False)


def test_only_the_api_is_published_and_only_to_this_machine(services: dict[str, Any]) -> None:
    published = {
        name: port["host_ip"]
        for name, service in services.items()
        for port in service.get("ports", [])
    }
    assert published == {"api": "127.0.0.1"}


def test_only_the_worker_may_build_jails(services: dict[str, Any]) -> None:
    builders = {
        name
        for name, service in services.items()
        if any(option.startswith("seccomp") for option in service.get("security_opt", []))
    }
    assert builders == {"worker"}


def test_the_seccomp_profile_allows_a_jail_and_not_the_host() -> None:
    profile = json.loads((ROOT / "deploy/nsjail/seccomp.json").read_text())
    allowed = {name for rule in profile["syscalls"] for name in rule["names"]}
    jail = {"clone", "unshare", "setns", "mount", "umount2", "pivot_root", "sethostname", "fsopen"}
    host = {"bpf", "kexec_load", "init_module", "ptrace", "reboot", "settimeofday", "keyctl"}
    assert profile["defaultAction"] == "SCMP_ACT_ERRNO"
    assert jail <= allowed
    assert host & allowed == set()


def _compose(*arguments: str, given: dict[str, str]) -> "subprocess.CompletedProcess[str]":
    program = Path(sysconfig.get_path("scripts")) / "docker-compose"
    return subprocess.run(
        # A file .env of whoever runs the tests must not fill in what is missing.
        [program, "--env-file", os.devnull, *arguments],
        cwd=ROOT,
        env={"PATH": os.defpath, "HOME": str(ROOT), **given},
        capture_output=True,
        text=True,
        check=False,
    )
