"""Persons, who may act for which organizer, and the terms they accepted. Keycloak follows these records."""
