// As a program in Go reads the register: typed structs, and nothing that knows our code.
package main

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"time"
)

type rows struct {
	Data struct {
		Attributes []struct {
			SchoolUnitCode string `json:"schoolUnitCode"`
		} `json:"attributes"`
	} `json:"data"`
}

type unit struct {
	Meta struct {
		ExtractDate time.Time `json:"extractDate"`
		Modified    string    `json:"modified"`
	} `json:"meta"`
	Data struct {
		Attributes struct {
			DisplayName      string  `json:"displayName"`
			MunicipalityCode string  `json:"municipalityCode"`
			Startdate        *string `json:"startdate"`
		} `json:"attributes"`
	} `json:"data"`
	Included struct {
		Type       string `json:"type"`
		Attributes struct {
			OrganizerType string `json:"organizerType"`
		} `json:"attributes"`
	} `json:"included"`
}

type row struct{ Skolenhetskod, Kommunkod, PeOrgNr, Skolenhetsnamn, Status string }

type first struct {
	Uttagsdatum     time.Time
	Fotnot          string
	Skolenheter     []row
	Skolenhetskoder []string
	Kommuner        []struct{ Kommunkod, Namn string }
	Huvudman        []struct{ PeOrgNr, Namn, Typ string }
	SkolenhetInfo   struct {
		Namn, SkolaNamn, Skolenhetskod, Status string
		Skolenhet_ValidFrom                    string
		Resursskola                            bool
		Besoksadress                           struct {
			Adress, Postnr, Ort string
			GeoData             struct{ Koordinat_WGS84_Lat, Koordinat_WGS84_Lng string }
		}
		Huvudman   struct{ PeOrgNr, Namn, Typ string }
		Skolformer []struct {
			Type       string `json:"type"`
			Benamning  string
			SkolformID int
			Ak9        bool
		}
	}
}

type marked struct {
	Info struct {
		Namn       string
		Skolformer struct {
			Skolform []struct{ SkolformID int }
		}
	} `xml:"SkolenhetInfo"`
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}

func ask(path, accept string) (int, []byte) {
	request, err := http.NewRequest("GET", os.Args[1]+"/"+path, nil)
	check(err)
	if accept != "" {
		request.Header.Set("Accept", accept)
	}
	answer, err := http.DefaultClient.Do(request)
	check(err)
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	check(err)
	return answer.StatusCode, body
}

func get[T any](path string) (found T) {
	status, body := ask(path, "")
	if status != 200 {
		panic(fmt.Sprint(path, status))
	}
	check(json.Unmarshal(body, &found))
	return found
}

func list(query url.Values) rows { return get[rows]("v2/school-units?" + query.Encode()) }

func status(path string) int {
	found, _ := ask(path, "")
	return found
}

func main() {
	some := list(url.Values{"status": {"AKTIV", "VILANDE"}})
	same := list(url.Values{"status": {"AKTIV,VILANDE"}})
	fmt.Println("v2 some", len(some.Data.Attributes), len(same.Data.Attributes))

	wanted := url.Values{"school_type": {"GR"}, "status": {"AKTIV"}, "municipality_code": {""}}
	code := list(wanted).Data.Attributes[0].SchoolUnitCode
	found := get[unit]("v2/school-units/" + code)
	about, began := found.Data.Attributes, "None"
	if about.Startdate != nil {
		began = *about.Startdate
	}
	fmt.Println("v2 unit", code, about.DisplayName, about.MunicipalityCode, began, found.Included.Type,
		found.Included.Attributes.OrganizerType)
	day := found.Meta.ExtractDate.Format("2006-01-02")
	fmt.Println("v2 then", get[unit]("v2/school-units/"+code+"?search_date="+day).Meta.Modified)
	fmt.Println("v2 adults", len(get[rows]("v2/education-providers?grading_rights=true").Data.Attributes))
	fmt.Println("v2 wrong", status("v2/school-units/10000001"), status("v2/school-units/abc"))

	fmt.Println("v1 all", len(get[first]("v1/skolenhet/").Skolenheter))
	info := get[first]("v1/skolenhet/" + code).SkolenhetInfo
	since, err := time.Parse("2006-01-02T15:04:05", info.Skolenhet_ValidFrom)
	check(err)
	latitude, err := strconv.ParseFloat(info.Besoksadress.GeoData.Koordinat_WGS84_Lat, 64)
	check(err)
	for _, form := range info.Skolformer {
		if form.Type == "Grundskola" {
			fmt.Printf("v1 unit %s %s %.3f %d %d %t\n", info.Namn, info.Huvudman.Typ, latitude, since.Year(),
				form.SkolformID, form.Ak9)
		}
	}
	_, body := ask("v1/skolenhet/"+code, "application/xml")
	var read marked
	check(xml.Unmarshal(body, &read))
	fmt.Println("v1 xml", read.Info.Namn, read.Info.Skolformer.Skolform[0].SkolformID)
	gone := "-"
	if ended := list(url.Values{"status": {"UPPHORT"}}).Data.Attributes; len(ended) > 0 {
		gone = strconv.Itoa(status("v1/skolenhet/" + ended[0].SchoolUnitCode))
	}
	fmt.Println("v1 gone", gone, status("v1/skolenhet/10000001"))
	fmt.Println("v1 lists", len(get[first]("v1/kommun").Kommuner), len(get[first]("v1/skolform/5").Skolenheter),
		len(get[first]("v1/huvudman").Huvudman), len(get[first]("v1/diff/skolenhet/20000101").Skolenhetskoder))
}
