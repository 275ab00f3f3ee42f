"""Web addresses as people type them."""


def address(text: str) -> str:
    """The address with the scheme that nobody types: "www.skolan.se" is "https://www.skolan.se"."""
    typed = text.strip()
    is_bare = "." in typed and ":" not in typed and not typed.startswith(("/", "."))
    return f"https://{typed}" if is_bare else typed
