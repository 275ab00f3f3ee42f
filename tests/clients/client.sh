#!/bin/sh
# As a shell script reads the register: curl, grep and sed, and nothing that knows our code.
set -eu
base=$1
get() { curl --fail --silent --show-error "$base/$1"; }
status() { curl --silent --output /dev/null --write-out '%{http_code}' "$base/$1"; }
count() { grep -o "\"$1\":" | wc -l | tr -d ' '; }
first() { grep -oE "\"$1\":(\"[^\"]*\"|[a-z0-9]+)" | head -n 1 | sed -E 's/^"[^"]*"://; s/^"(.*)"$/\1/; s/^null$/None/'; }

echo "v2 some $(get 'v2/school-units?status=AKTIV&status=VILANDE' | count schoolUnitCode)" \
  "$(get 'v2/school-units?status=AKTIV,VILANDE' | count schoolUnitCode)"

code=$(get 'v2/school-units?school_type=GR&status=AKTIV&municipality_code=' | first schoolUnitCode)
unit=$(get "v2/school-units/$code")
owner=${unit#*\"included\":}
echo "v2 unit $code $(echo "$unit" | first displayName) $(echo "$unit" | first municipalityCode)" \
  "$(echo "$unit" | first startdate) $(echo "$owner" | first type) $(echo "$owner" | first organizerType)"
day=$(echo "$unit" | first extractDate | cut -c1-10)
echo "v2 then $(get "v2/school-units/$code?search_date=$day" | first modified)"
echo "v2 adults $(get 'v2/education-providers?grading_rights=true' | count gradingRight)"
echo "v2 wrong $(status v2/school-units/10000001) $(status v2/school-units/abc)"

echo "v1 all $(get v1/skolenhet/ | count Skolenhetskod)"
info=$(get "v1/skolenhet/$code")
info=${info#*\"SkolenhetInfo\":}
owner=${info#*\"Huvudman\":}
basic=${info#*\"type\":\"Grundskola\"}
latitude=$(echo "$info" | first Koordinat_WGS84_Lat | LC_ALL=C awk '{ printf "%.3f", $1 }')
echo "v1 unit $(echo "$info" | first Namn) $(echo "$owner" | first Typ) $latitude" \
  "$(echo "$info" | first Skolenhet_ValidFrom | cut -c1-4) $(echo "$basic" | first SkolformID) $(echo "$basic" | first Ak9)"
xml=$(curl --fail --silent --header 'Accept: application/xml' "$base/v1/skolenhet/$code")
tag() { grep -o "<$1>[^<]*</$1>" | head -n 1 | sed -E 's/<[^>]*>//g'; }
echo "v1 xml $(echo "$xml" | tag Namn) $(echo "$xml" | tag SkolformID)"
ended=$(get 'v2/school-units?status=UPPHORT' | first schoolUnitCode)
if [ -n "$ended" ]; then gone=$(status "v1/skolenhet/$ended"); else gone=-; fi
echo "v1 gone $gone $(status v1/skolenhet/10000001)"
echo "v1 lists $(get v1/kommun | count Kommunkod) $(get v1/skolform/5 | count Skolenhetskod)" \
  "$(get v1/huvudman | count PeOrgNr) $(get v1/diff/skolenhet/20000101 | sed 's/.*\[//' | grep -oE '[0-9]{8}' | wc -l | tr -d ' ')"
