"""The services of the register: run as `python -m services.<name>`."""
