"""The register itself: every edit as one transaction, and the register day."""
