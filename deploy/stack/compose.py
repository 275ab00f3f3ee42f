"""docker-compose.yml, written from the same table that the native stack runs from."""

from typing import Any

import yaml

from deploy.stack import keycloak, settings
from deploy.stack.settings import IMAGES, ROOT, SECRETS, SERVICES

FILE = ROOT / "docker-compose.yml"
HEAD = """\
# Written by `./dev compose` from deploy/stack/settings.py: change it there. A test holds the two together.
# Secrets come from the environment or an .env file: `docker compose up` says which one is missing.
"""
READ_ONLY: dict[str, Any] = {
    "read_only": True,
    "tmpfs": ["/tmp"],  # noqa: S108 - a container's own
    "security_opt": ["no-new-privileges:true"],
    "cap_drop": ["ALL"],
    "restart": "unless-stopped",
}


def text() -> str:
    """The whole file."""
    return HEAD + yaml.safe_dump(document(), sort_keys=False, allow_unicode=True, width=120)


def document() -> dict[str, Any]:
    """The file's content."""
    secret = {name: f"${{{name.upper()}:?a long random secret}}" for name in SECRETS}
    places = settings.composed()
    services: dict[str, Any] = {
        "postgres": _postgres(),
        "kafka": _kafka(),
        "topics": _topics(),
        "keycloak": _keycloak(places.public_url),
        "mail": _mail(),
    }
    for name in SERVICES:
        services[name] = _service(name, settings.service_settings(name, places, secret))
    services["realm"] = _once("identity", ["setup-realm"], {"keycloak": "service_healthy"}, services["identity"])
    services["demo"] = _once(
        "identity", ["demo"], {"realm": "service_completed_successfully", "identity": "service_healthy"},
        services["identity"],
    )  # fmt: skip
    services["load"] = _once("registry", ["load", "deploy/data"], {"registry": "service_healthy"}, services["registry"])
    services["gateway"] = _gateway()
    return {
        "name": "open-school-register",
        "services": services,
        "volumes": {"postgres": {}, "kafka": {}, "snapshots": {}},
        "configs": {"gateway": {"content": _gateway_content(places)}, "databases": {"content": _databases()}},
    }


def _health(test: list[str], start: str = "60s") -> dict[str, Any]:
    return {"test": test, "interval": "3s", "timeout": "5s", "retries": 40, "start_period": start}


def _needs(**conditions: str) -> dict[str, Any]:
    return {name: {"condition": condition} for name, condition in conditions.items()}


def _databases() -> str:
    return "\n".join(
        f"CREATE ROLE {name} LOGIN PASSWORD '${{DATABASE_PASSWORD}}'; CREATE DATABASE {name} OWNER {name};"
        for name in settings.DATABASES
    )


def _postgres() -> dict[str, Any]:
    return {
        "image": IMAGES["postgres"],
        "environment": {"POSTGRES_PASSWORD": "${DATABASE_PASSWORD}"},
        "command": ["postgres", "-c", "max_connections=200"],
        "configs": [{"source": "databases", "target": "/docker-entrypoint-initdb.d/databases.sql"}],
        "volumes": ["postgres:/var/lib/postgresql"],
        "healthcheck": _health(["CMD", "pg_isready", "-U", "postgres", "-d", "eservice"]),
        "restart": "unless-stopped",
    }


def _kafka() -> dict[str, Any]:
    return {
        "image": IMAGES["kafka"],
        "environment": {
            "KAFKA_PROCESS_ROLES": "broker,controller",
            "KAFKA_NODE_ID": "1",
            "KAFKA_CONTROLLER_QUORUM_VOTERS": "1@kafka:9093",
            "KAFKA_LISTENERS": "PLAINTEXT://:9092,CONTROLLER://:9093",
            "KAFKA_ADVERTISED_LISTENERS": "PLAINTEXT://kafka:9092",
            "KAFKA_CONTROLLER_LISTENER_NAMES": "CONTROLLER",
            "KAFKA_LISTENER_SECURITY_PROTOCOL_MAP": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
            "KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR": "1",
            "KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR": "1",
            "KAFKA_TRANSACTION_STATE_LOG_MIN_ISR": "1",
            "KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS": "0",
            "KAFKA_AUTO_CREATE_TOPICS_ENABLE": "false",
            "KAFKA_OFFSETS_RETENTION_MINUTES": "5256000",
            "CLUSTER_ID": "c2Nob29sLXJlZ2lzdGVyMQ",
            "KAFKA_LOG_DIRS": "/var/lib/kafka/data",
        },
        "volumes": ["kafka:/var/lib/kafka/data"],
        "healthcheck": _health(
            ["CMD", "/opt/kafka/bin/kafka-broker-api-versions.sh", "--bootstrap-server", "localhost:9092"]
        ),
        "restart": "unless-stopped",
    }


def _topics() -> dict[str, Any]:
    script = "/opt/kafka/bin/kafka-topics.sh --bootstrap-server kafka:9092 --create --if-not-exists"
    lines = [
        f"{script} --topic {name} --partitions {partitions} --replication-factor 1"
        + "".join(f" --config {key}={value}" for key, value in config.items())
        for name, (partitions, config) in settings.topics().items()
    ]
    return {
        "image": IMAGES["kafka"],
        "command": ["/bin/sh", "-ec", "\n".join(lines)],
        "depends_on": _needs(kafka="service_healthy"),
        "restart": "on-failure",
    }


def _keycloak(public_url: str) -> dict[str, Any]:
    options = [option for option in keycloak.BUILD_OPTIONS if option != "--health-enabled=true"]
    return {
        "image": IMAGES["keycloak"],
        "command": [
            "start", *options, "--health-enabled=true", "--http-enabled=true", f"--hostname={public_url}/auth",
            "--hostname-backchannel-dynamic=true", "--proxy-headers=xforwarded", "--cache=local",
        ],
        "environment": {
            "KC_DB_URL": "jdbc:postgresql://postgres:5432/keycloak",
            "KC_DB_USERNAME": "keycloak",
            "KC_DB_PASSWORD": "${DATABASE_PASSWORD}",
            "KC_BOOTSTRAP_ADMIN_USERNAME": keycloak.ADMIN,
            "KC_BOOTSTRAP_ADMIN_PASSWORD": "${KEYCLOAK_ADMIN_PASSWORD}",
            **keycloak.POOL,
        },
        "volumes": ["./deploy/keycloak/themes:/opt/keycloak/themes:ro"],
        "depends_on": _needs(postgres="service_healthy"),
        "healthcheck": _health(
            ["CMD-SHELL", ("exec 3<>/dev/tcp/127.0.0.1/9000; printf 'GET /auth/health/ready HTTP/1.0\\r\\n\\r\\n' >&3;"
             " grep -q UP <&3")], "120s",
        ),
        "restart": "unless-stopped",
    }  # fmt: skip


def _mail() -> dict[str, Any]:
    return {
        "image": IMAGES["mail"],
        "ports": [f"127.0.0.1:${{REGISTER_PORT_MAIL:-{settings.PORTS['mail']}}}:8025"],
        "healthcheck": _health(["CMD", "/mailpit", "readyz"], "5s"),
        **READ_ONLY,
    }


def _service(name: str, environment: dict[str, str]) -> dict[str, Any]:
    port = settings.HTTP_PORTS[name]
    probe = f"import urllib.request as u; u.urlopen('http://127.0.0.1:{port}/health/ready', timeout=4)"
    needs = {"postgres": "service_healthy", "topics": "service_completed_successfully"}
    service: dict[str, Any] = {
        "build": {"context": ".", "dockerfile": "deploy/Dockerfile"},
        "image": "open-school-register",
        "command": ["sh", "-c", f"python -m services.{name} migrate && exec python -m services.{name} serve"],
        "environment": environment,
        "depends_on": _needs(**needs),
        "healthcheck": _health(["CMD", "python", "-c", probe]),
        **READ_ONLY,
    }
    return service | ({"volumes": ["snapshots:/snapshots"]} if name == "publication" else {})


def _once(service: str, words: list[str], needs: dict[str, str], like: dict[str, Any]) -> dict[str, Any]:
    """A command that is run once and may be run again."""
    return {
        "image": like["image"],
        "command": ["python", "-m", f"services.{service}", *words],
        "environment": like["environment"],
        "depends_on": _needs(**needs),
        **(READ_ONLY | {"restart": "on-failure"}),
    }


def _gateway() -> dict[str, Any]:
    return {
        "image": IMAGES["gateway"],
        "ports": [f"${{REGISTER_PORT_GATEWAY:-{settings.PORTS['gateway']}}}:8080"],
        "user": "101:101",
        "command": ["nginx", "-g", "daemon off;"],
        "configs": [{"source": "gateway", "target": "/etc/nginx/nginx.conf"}],
        "volumes": ["snapshots:/snapshots:ro"],
        "depends_on": _needs(**dict.fromkeys(("keycloak", *SERVICES), "service_healthy")),
        "healthcheck": _health(["CMD", "curl", "-fs", "http://127.0.0.1:8080/skolenhetsregistret/v2/api-info"]),
        **READ_ONLY,
    }


def _gateway_content(places: settings.Places) -> str:
    """The same template; Compose reads `$` itself, so nginx's are doubled."""
    rendered = settings.gateway_configuration(places, run="/tmp", listen="8080", head="")  # noqa: S108 - a tmpfs
    return rendered.replace("$", "$$")
