// As a program in Java reads the register: its own HTTP client and XML reader, and nothing that knows our code.

import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Document;

public class Client {
    static String base;
    static final HttpClient HTTP = HttpClient.newHttpClient();

    static HttpResponse<String> ask(String path, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(base + "/" + path));
        if (headers.length > 0) request.headers(headers);
        return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
    }

    static String get(String path) throws Exception {
        HttpResponse<String> answer = ask(path);
        if (answer.statusCode() != 200) throw new IllegalStateException(path + ": " + answer.statusCode());
        return answer.body();
    }

    static int status(String path) throws Exception {
        return ask(path).statusCode();
    }

    static long count(String text, String name) {
        return Pattern.compile("\"" + name + "\":").matcher(text).results().count();
    }

    static String first(String text, String name) {
        Matcher found = Pattern.compile("\"" + name + "\":(?:\"([^\"]*)\"|([a-z0-9]+))").matcher(text);
        if (!found.find()) throw new IllegalStateException(name);
        return found.group(1) != null ? found.group(1) : found.group(2).equals("null") ? "None" : found.group(2);
    }

    static String after(String text, String mark) {
        return text.substring(text.indexOf(mark) + mark.length());
    }

    public static void main(String[] words) throws Exception {
        base = words[0];
        long some = count(get("v2/school-units?status=AKTIV&status=VILANDE"), "schoolUnitCode");
        System.out.println("v2 some " + some + " " + count(get("v2/school-units?status=AKTIV,VILANDE"), "schoolUnitCode"));

        String code = first(get("v2/school-units?school_type=GR&status=AKTIV&municipality_code="), "schoolUnitCode");
        String unit = get("v2/school-units/" + code), owner = after(unit, "\"included\":");
        System.out.println(String.join(" ", "v2 unit", code, first(unit, "displayName"), first(unit, "municipalityCode"),
            first(unit, "startdate"), first(owner, "type"), first(owner, "organizerType")));
        String day = OffsetDateTime.parse(first(unit, "extractDate")).toLocalDate().toString();
        System.out.println("v2 then " + first(get("v2/school-units/" + code + "?search_date=" + day), "modified"));
        System.out.println("v2 adults " + count(get("v2/education-providers?grading_rights=true"), "gradingRight"));
        System.out.println("v2 wrong " + status("v2/school-units/10000001") + " " + status("v2/school-units/abc"));

        System.out.println("v1 all " + count(get("v1/skolenhet/"), "Skolenhetskod"));
        String info = after(get("v1/skolenhet/" + code), "\"SkolenhetInfo\":");
        String latitude = String.format(Locale.ROOT, "%.3f", Double.parseDouble(first(info, "Koordinat_WGS84_Lat")));
        int year = LocalDateTime.parse(first(info, "Skolenhet_ValidFrom")).getYear();
        String basic = after(info, "\"type\":\"Grundskola\"");
        System.out.println(String.join(" ", "v1 unit", first(info, "Namn"), first(after(info, "\"Huvudman\":"), "Typ"),
            latitude, String.valueOf(year), first(basic, "SkolformID"), first(basic, "Ak9")));
        byte[] marked = ask("v1/skolenhet/" + code, "Accept", "application/xml").body().getBytes(StandardCharsets.UTF_8);
        Document read = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new ByteArrayInputStream(marked));
        System.out.println("v1 xml " + read.getElementsByTagName("Namn").item(0).getTextContent() + " "
            + read.getElementsByTagName("SkolformID").item(0).getTextContent());
        String ended = get("v2/school-units?status=UPPHORT");
        String gone = count(ended, "schoolUnitCode") > 0
            ? String.valueOf(status("v1/skolenhet/" + first(ended, "schoolUnitCode"))) : "-";
        System.out.println("v1 gone " + gone + " " + status("v1/skolenhet/10000001"));
        System.out.println("v1 lists " + count(get("v1/kommun"), "Kommunkod") + " "
            + count(get("v1/skolform/5"), "Skolenhetskod") + " " + count(get("v1/huvudman"), "PeOrgNr") + " "
            + get("v1/diff/skolenhet/20000101").split("\\[")[1].split(",").length);
    }
}
