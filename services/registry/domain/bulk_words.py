"""The Swedish words that people read and write in a file, where the register has codes. The e-service has the same."""

import re
from collections.abc import Mapping

WORDS: Mapping[str, str] = {
    "SKOLENHET": "Skolenhet", "CENTRAL": "Central insamlingsenhet", "UTLAND": "Utlandsskola",
    "ALLMAN": "Allmän", "WALDORF": "Waldorf", "KONFESSIONELL": "Konfessionell", "RIKSINTERNAT": "Riksinternat",
    "INTERNATIONELL": "Internationell", "EJ_RELEVANT": "Ej relevant",
    "FKLASS": "Förskoleklass", "FTH": "Fritidshem", "OPPFTH": "Öppen fritidsverksamhet", "GR": "Grundskola",
    "GRAN": "Anpassad grundskola", "SP": "Specialskola", "SAM": "Sameskola", "GY": "Gymnasieskola",
    "GYAN": "Anpassad gymnasieskola", "VUX": "Komvux",
    "VUXGR": "Grundläggande nivå", "VUXGY": "Gymnasial nivå", "VUXGRAN": "Anpassad utbildning på grundläggande nivå",
    "VUXGYAN": "Anpassad utbildning på gymnasial nivå", "VUXSFI": "Svenska för invandrare",
    "NEJ": "Nej", "KOMMUNAL": "För kommunal verksamhet", "ENSKILD": "För enskild verksamhet",
}  # fmt: skip
CODES = {word.casefold(): code for code, word in WORDS.items()}


def in_words(codes: str) -> str:
    """A cell of codes as people read it; what is no code of ours stays."""
    return ", ".join(WORDS.get(code, code) for code in codes.split(", "))


def in_codes(text: str) -> str:
    """A cell that may have words, in whatever letters, as codes; what is no word of ours stays."""
    said = [" ".join(part.split()) for part in re.split(r"[,;\r\n]", text)]
    return ", ".join(CODES.get(part.casefold(), part) for part in said if part)
