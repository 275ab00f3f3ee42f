"""As a script in Python reads the register: requests, and nothing that knows our code."""

import sys
import xml.etree.ElementTree as ET
from datetime import datetime
from typing import Any

import requests

base = sys.argv[1]
SECONDS = 30


def get(path: str, **params: Any) -> Any:
    answer = requests.get(f"{base}/{path}", params=params, timeout=SECONDS)
    answer.raise_for_status()
    return answer.json()


def status(path: str) -> int:
    return requests.get(f"{base}/{path}", timeout=SECONDS).status_code


def say(*words: object) -> None:
    sys.stdout.write(" ".join(map(str, words)) + "\n")


some = get("v2/school-units", status=["AKTIV", "VILANDE"])["data"]["attributes"]
same = get("v2/school-units", status="AKTIV,VILANDE")["data"]["attributes"]
say("v2 some", len(some), len(same))

code = get("v2/school-units", school_type="GR", status="AKTIV", municipality_code="")["data"]["attributes"][0][
    "schoolUnitCode"
]
unit = get(f"v2/school-units/{code}")
about, owner = unit["data"]["attributes"], unit["included"]
say("v2 unit", code, about["displayName"], about["municipalityCode"], about["startdate"], owner["type"],
    owner["attributes"]["organizerType"])  # fmt: skip
say("v2 then", get(f"v2/school-units/{code}", search_date=unit["meta"]["extractDate"][:10])["meta"]["modified"])
say("v2 adults", len(get("v2/education-providers", grading_rights=True)["data"]["attributes"]))
say("v2 wrong", status("v2/school-units/10000001"), status("v2/school-units/abc"))

say("v1 all", len(get("v1/skolenhet/")["Skolenheter"]))
info = get(f"v1/skolenhet/{code}")["SkolenhetInfo"]
since = datetime.fromisoformat(info["Skolenhet_ValidFrom"])
latitude = float(info["Besoksadress"]["GeoData"]["Koordinat_WGS84_Lat"])
basic = next(form for form in info["Skolformer"] if form["type"] == "Grundskola")
say("v1 unit", info["Namn"], info["Huvudman"]["Typ"], f"{latitude:.3f}", since.year, basic["SkolformID"],
    str(basic["Ak9"]).lower())  # fmt: skip
marked = requests.get(f"{base}/v1/skolenhet/{code}", headers={"Accept": "application/xml"}, timeout=SECONDS)
root = ET.fromstring(marked.content)  # noqa: S314 - as scripts do
say("v1 xml", root.findtext("SkolenhetInfo/Namn"), root.findtext("SkolenhetInfo/Skolformer/Skolform/SkolformID"))
ended = get("v2/school-units", status="UPPHORT")["data"]["attributes"]
say("v1 gone", status(f"v1/skolenhet/{ended[0]['schoolUnitCode']}") if ended else "-", status("v1/skolenhet/10000001"))
say("v1 lists", len(get("v1/kommun")["Kommuner"]), len(get("v1/skolform/5")["Skolenheter"]),
    len(get("v1/huvudman")["Huvudman"]), len(get("v1/diff/skolenhet/20000101")["Skolenhetskoder"]))  # fmt: skip
