"""One table of the whole system: its parts, ports, settings and routes.

The native stack runs from it, and docker-compose.yml is written from it, so that the two cannot drift.
"""

import json
import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path

from services.contracts.topics import DEAD_LETTERS, TOPICS

ROOT = Path(__file__).parents[2]
GATEWAY_TEMPLATE = ROOT / "deploy" / "nginx" / "gateway.conf"
KEPT_AFTER_DATE = "46h5m"
"""How long after its file's time an answer is the newest (services/publication/build/files.py, `dated`)."""
SERVICES = ("identity", "registry", "publication", "notifications", "eservice")
DATABASES = (*SERVICES, "keycloak")
HTTP_PORTS = {"eservice": 8101, "registry": 8102, "identity": 8103, "publication": 8104, "notifications": 8105}
PORTS = {
    "gateway": 8080, "postgres": 5442, "kafka": 9192, "kafka_controller": 9193, "keycloak": 8180,
    "keycloak_management": 9180, "smtp": 1025, "mail": 8025, **HTTP_PORTS,
}  # fmt: skip
IMAGES = {
    "postgres": "postgres:18.6",
    "kafka": "apache/kafka:4.1.0",
    "keycloak": "keycloak/keycloak:26.5.0",
    "gateway": "nginx:1.31.3",
    "mail": "axllent/mailpit:v1.27.11",
}
DEMO_PASSWORD = "demo-losen-2026"  # noqa: S105 - printed by ./dev up, for demos only
DEMO_TOTP_SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"  # noqa: S105 - of anna.admin; printed by ./dev up, for demos only
DEMO_WEBHOOKS = {"WEBHOOK_PRIVATE": "true"}
"""Receivers on one's own machine."""
DEMO_ASSURANCE = {
    "ASSURANCE_CONTACT_PERSON": "1", "ASSURANCE_DATA_REPORTER": "1", "ASSURANCE_ADMINISTRATION": "2",
}  # fmt: skip
"""The demo's users may do their work after a password; the administration shows what a second factor is."""
SECRETS = (
    "database_password", "keycloak_admin_password", "client_secret", "registry_vault", "eservice_vault",
    "identity_vault", "mail_secret", "identity_client_secret", "eid_client_secret",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Places:
    """Where everything is reached: the same settings, with native addresses or those between containers."""

    public_url: str
    database: str
    kafka: str
    keycloak: str
    smtp: tuple[str, int]
    services: dict[str, str]
    listen_host: str
    snapshots: str


def ports(environ: dict[str, str] | None = None) -> dict[str, int]:
    """Each part's port; REGISTER_PORT_GATEWAY and the like override."""
    given = dict(os.environ) if environ is None else environ
    return {name: int(given.get(f"REGISTER_PORT_{name.upper()}", port)) for name, port in PORTS.items()}


def native(chosen: dict[str, int], home: Path) -> Places:
    """The addresses of the native stack."""
    local = {name: f"127.0.0.1:{chosen[name]}" for name in SERVICES}
    return Places(
        public_url=f"http://localhost:{chosen['gateway']}",
        database=f"127.0.0.1:{chosen['postgres']}",
        kafka=f"127.0.0.1:{chosen['kafka']}",
        keycloak=f"127.0.0.1:{chosen['keycloak']}",
        smtp=("127.0.0.1", chosen["smtp"]),
        services=local,
        listen_host="127.0.0.1",
        snapshots=str(home / "state" / "snapshots"),
    )


def composed() -> Places:
    """The addresses between containers."""
    return Places(
        public_url="http://localhost:${REGISTER_PORT_GATEWAY:-8080}",
        database="postgres:5432",
        kafka="kafka:9092",
        keycloak="keycloak:8080",
        smtp=("mail", 1025),
        services={name: f"{name}:{HTTP_PORTS[name]}" for name in SERVICES},
        listen_host="0.0.0.0",  # noqa: S104 - inside a container
        snapshots="/snapshots",
    )


def service_settings(name: str, places: Places, secret: dict[str, str]) -> dict[str, str]:
    """A service's environment."""
    realm = f"http://{places.keycloak}/auth/realms/register"
    common = {
        "DATABASE_URL": f"postgresql://{name}:{secret['database_password']}@{places.database}/{name}",
        "KAFKA_BOOTSTRAP": places.kafka,
        "HTTP_HOST": places.listen_host,
        "HTTP_PORT": places.services[name].rpartition(":")[2],
        "OIDC_ISSUER": f"{places.public_url}/auth/realms/register",
        "OIDC_JWKS_URL": f"{realm}/protocol/openid-connect/certs",
        "PUBLIC_BASE_URL": places.public_url,
        "DEMO_CLOCK_ALLOWED": "true",
        **DEMO_ASSURANCE,
    }
    own = _own_settings(places, secret, realm)[name]
    return {f"{name.upper()}_{key}": value for key, value in (common | own).items()}


def _own_settings(places: Places, secret: dict[str, str], realm: str) -> dict[str, dict[str, str]]:
    """What each service is told beside what all are."""
    host, port = places.smtp
    services = {name: f"http://{address}" for name, address in places.services.items()}
    return {
        "identity": {
            "KEYCLOAK_URL": f"http://{places.keycloak}/auth",
            "KEYCLOAK_ADMIN_PASSWORD": secret["keycloak_admin_password"],
            "CLIENT_SECRET": secret["identity_client_secret"],
            "ESERVICE_CLIENT_SECRET": secret["client_secret"],
            "ESERVICE_URL": services["eservice"],
            "DEMO_PASSWORD": DEMO_PASSWORD,
            "CONTACT": "skolenhetsregistret@register.example",
            "DEMO_TOTP_SECRET": DEMO_TOTP_SECRET,
            **_e_legitimation(places, secret),
            "VAULT_SECRET": secret["identity_vault"],
            "MAIL_SECRET": secret["mail_secret"],
        },
        "registry": {"VAULT_SECRET": secret["registry_vault"]},
        "publication": {"SNAPSHOT_DIR": places.snapshots},
        "notifications": DEMO_WEBHOOKS
        | {"SMTP_HOST": host, "SMTP_PORT": str(port), "MAIL_SECRET": secret["mail_secret"]},
        "eservice": {
            "CLIENT_SECRET": secret["client_secret"],
            "VAULT_SECRET": secret["eservice_vault"],
            "OIDC_INTERNAL_URL": realm,
            "REGISTRY_URL": services["registry"],
            "IDENTITY_URL": services["identity"],
            "NOTIFICATIONS_URL": services["notifications"],
        },
    }


def _e_legitimation(places: Places, secret: dict[str, str]) -> dict[str, str]:
    """The demo's provider of e-legitimations: a second realm of the same Keycloak."""
    public, inside = (f"{base}/auth/realms/e-legitimation" for base in (places.public_url, f"http://{places.keycloak}"))
    return {
        "EID_ISSUER": public,
        "EID_AUTHORIZATION_URL": f"{public}/protocol/openid-connect/auth",
        "EID_TOKEN_URL": f"{inside}/protocol/openid-connect/token",
        "EID_JWKS_URL": f"{inside}/protocol/openid-connect/certs",
        "EID_CLIENT_ID": "register",
        "EID_CLIENT_SECRET": secret["eid_client_secret"],
    }


def gateway_configuration(places: Places, *, run: str, listen: str, head: str, demo: bool = True) -> str:
    """Nginx's configuration. Rates are generous: one address may be a whole municipality.

    `demo`: whether the demo's provider of e-legitimations is let through too, and a new day may come at any moment.
    "Open": what lies there as a file; "asked": what a process has to answer.
    """
    kept = f"+{KEPT_AFTER_DATE}"
    values = {
        "HEAD": head, "RUN": run, "LISTEN": listen, "SNAPSHOTS": places.snapshots, "KEYCLOAK": places.keycloak,
        "REALMS": "register|e-legitimation" if demo else "register",
        "KEPT": 'add_header Cache-Control "public, no-cache";' if demo else f"expires modified {kept};",
        "HOLDS": "off" if demo else kept, "OPEN_RATE": "100000", "OPEN_BURST": "10000",
        "ASKED_RATE": "1000", "ASKED_BURST": "2000",
        **{name.upper(): address for name, address in places.services.items()},
    }  # fmt: skip
    text = GATEWAY_TEMPLATE.read_text(encoding="utf-8")
    for name, value in values.items():
        text = text.replace(f"@{name}@", value)
    return text


def topics() -> dict[str, tuple[int, dict[str, str]]]:
    """Every topic with its partitions and configuration, from the contracts."""
    kept = {topic.name: (topic.partitions, {"retention.ms": str(topic.retention_ms)}) for topic in TOPICS}
    return {str(name): setting for name, setting in kept.items()} | {
        str(name): (name.partitions, {"retention.ms": "-1"}) for name in DEAD_LETTERS
    }


@dataclass(slots=True)
class Secrets:
    """The installation's own secrets: made once, kept readable by their owner only."""

    path: Path
    values: dict[str, str] = field(default_factory=dict)

    def load(self) -> dict[str, str]:
        if self.path.exists():
            self.values = json.loads(self.path.read_text())
        missing = {name: secrets.token_urlsafe(32) for name in SECRETS if name not in self.values}
        if missing:
            self.values |= missing
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self.path.touch(mode=0o600)
            self.path.write_text(json.dumps(self.values))
        return self.values
