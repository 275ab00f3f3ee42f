"""The system's real parts, run natively: PostgreSQL, Kafka, Keycloak, nginx, a mail catcher, and our services."""
