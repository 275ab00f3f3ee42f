// As a script in JavaScript reads the register: fetch, and nothing that knows our code.
const base = process.argv[2];
const ask = (path, headers = {}) => fetch(`${base}/${path}`, { headers });
const status = async (path) => (await ask(path)).status;
async function get(path, params = {}) {
  const query = new URLSearchParams(params).toString();
  const answer = await ask(query ? `${path}?${query}` : path);
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return answer.json();
}
const say = (...words) => console.log(words.join(" "));

const some = (await get("v2/school-units", [["status", "AKTIV"], ["status", "VILANDE"]])).data.attributes;
const same = (await get("v2/school-units", { status: "AKTIV,VILANDE" })).data.attributes;
say("v2 some", some.length, same.length);

const wanted = { school_type: "GR", status: "AKTIV", municipality_code: "" };
const code = (await get("v2/school-units", wanted)).data.attributes[0].schoolUnitCode;
const unit = await get(`v2/school-units/${code}`);
const { displayName, municipalityCode, startdate } = unit.data.attributes;
const { type, attributes: owner } = unit.included;
say("v2 unit", code, displayName, municipalityCode, startdate ?? "None", type, owner.organizerType);
const then = await get(`v2/school-units/${code}`, { search_date: unit.meta.extractDate.slice(0, 10) });
say("v2 then", then.meta.modified);
say("v2 adults", (await get("v2/education-providers", { grading_rights: true })).data.attributes.length);
say("v2 wrong", await status("v2/school-units/10000001"), await status("v2/school-units/abc"));

say("v1 all", (await get("v1/skolenhet/")).Skolenheter.length);
const info = (await get(`v1/skolenhet/${code}`)).SkolenhetInfo;
const latitude = Number.parseFloat(info.Besoksadress.GeoData.Koordinat_WGS84_Lat).toFixed(3);
const basic = info.Skolformer.find((form) => form.type === "Grundskola");
const year = new Date(info.Skolenhet_ValidFrom).getFullYear();
say("v1 unit", info.Namn, info.Huvudman.Typ, latitude, year, basic.SkolformID, basic.Ak9);
const xml = await (await ask(`v1/skolenhet/${code}`, { Accept: "application/xml" })).text();
say("v1 xml", xml.match(/<Namn>(.*?)<\/Namn>/)[1], xml.match(/<SkolformID>(.*?)<\/SkolformID>/)[1]);
const ended = (await get("v2/school-units", { status: "UPPHORT" })).data.attributes;
const gone = ended.length ? await status(`v1/skolenhet/${ended[0].schoolUnitCode}`) : "-";
say("v1 gone", gone, await status("v1/skolenhet/10000001"));
say("v1 lists", (await get("v1/kommun")).Kommuner.length, (await get("v1/skolform/5")).Skolenheter.length,
  (await get("v1/huvudman")).Huvudman.length, (await get("v1/diff/skolenhet/20000101")).Skolenhetskoder.length);
