"""The operations of the open API v3. Made from its OpenAPI document by client/generate.py: do not edit."""

from collections.abc import Sequence
from typing import Any, Literal, cast

from skolregister import models


class Operations:
    """One method an operation."""

    def get(self, path: str, parameters: dict[str, Any]) -> Any:
        """Ask; `Client` does it."""
        raise NotImplementedError

    def root(self) -> models.Root:
        """Find your way."""
        return cast("models.Root", self.get(f"/", {}))

    def api_info(self) -> models.ApiInfo:
        """Tell what this API is."""
        return cast("models.ApiInfo", self.get(f"/api-info", {}))

    def school_units(
        self,
        *,
        snapshot: str | None = None,
        as_of: str | None = None,
        q: str | None = None,
        modified_after: str | None = None,
        fields: Sequence[str] | None = None,
        sort: Literal["displayName", "-displayName", "modified", "-modified", "id", "-id"] | None = None,
        limit: int | None = None,
        cursor: str | None = None,
        total: bool | None = None,
        organization_number: Sequence[str] | None = None,
        organizer_type: Sequence[models.OrganizerType] | None = None,
        school_type: Sequence[models.SchoolType] | None = None,
        grade: Sequence[str] | None = None,
        programme: Sequence[str] | None = None,
        school_type_part: Sequence[models.SchoolTypePart] | None = None,
        status: Sequence[models.Status] | None = None,
        school_unit_type: Sequence[models.SchoolUnitType] | None = None,
        orientation_type: Sequence[models.Orientation] | None = None,
        municipality_code: Sequence[str] | None = None,
        county_code: Sequence[
            Literal[
                "01",
                "03",
                "04",
                "05",
                "06",
                "07",
                "08",
                "09",
                "10",
                "12",
                "13",
                "14",
                "17",
                "18",
                "19",
                "20",
                "21",
                "22",
                "23",
                "24",
                "25",
            ]
        ]
        | None = None,
        special_support_school: Sequence[Literal["true", "false"]] | None = None,
        hospital_school: Sequence[Literal["true", "false"]] | None = None,
        near: str | None = None,
        radius: float | None = None,
        bbox: str | None = None,
        format: Literal["json", "geojson"] | None = None,
    ) -> models.SchoolUnits:
        """Find school units."""
        return cast(
            "models.SchoolUnits",
            self.get(
                f"/school-units",
                {
                    "snapshot": snapshot,
                    "asOf": as_of,
                    "q": q,
                    "modifiedAfter": modified_after,
                    "fields": fields,
                    "sort": sort,
                    "limit": limit,
                    "cursor": cursor,
                    "total": total,
                    "organizationNumber": organization_number,
                    "organizerType": organizer_type,
                    "schoolType": school_type,
                    "grade": grade,
                    "programme": programme,
                    "schoolTypePart": school_type_part,
                    "status": status,
                    "schoolUnitType": school_unit_type,
                    "orientationType": orientation_type,
                    "municipalityCode": municipality_code,
                    "countyCode": county_code,
                    "specialSupportSchool": special_support_school,
                    "hospitalSchool": hospital_school,
                    "near": near,
                    "radius": radius,
                    "bbox": bbox,
                    "format": format,
                },
            ),
        )

    def organizers(
        self,
        *,
        snapshot: str | None = None,
        as_of: str | None = None,
        q: str | None = None,
        modified_after: str | None = None,
        fields: Sequence[str] | None = None,
        sort: Literal["displayName", "-displayName", "modified", "-modified", "id", "-id"] | None = None,
        limit: int | None = None,
        cursor: str | None = None,
        total: bool | None = None,
        organizer_type: Sequence[models.OrganizerType] | None = None,
        municipality_code: Sequence[str] | None = None,
        county_code: Sequence[
            Literal[
                "01",
                "03",
                "04",
                "05",
                "06",
                "07",
                "08",
                "09",
                "10",
                "12",
                "13",
                "14",
                "17",
                "18",
                "19",
                "20",
                "21",
                "22",
                "23",
                "24",
                "25",
            ]
        ]
        | None = None,
    ) -> models.Organizers:
        """Find organizers."""
        return cast(
            "models.Organizers",
            self.get(
                f"/organizers",
                {
                    "snapshot": snapshot,
                    "asOf": as_of,
                    "q": q,
                    "modifiedAfter": modified_after,
                    "fields": fields,
                    "sort": sort,
                    "limit": limit,
                    "cursor": cursor,
                    "total": total,
                    "organizerType": organizer_type,
                    "municipalityCode": municipality_code,
                    "countyCode": county_code,
                },
            ),
        )

    def education_providers(
        self,
        *,
        snapshot: str | None = None,
        as_of: str | None = None,
        q: str | None = None,
        modified_after: str | None = None,
        fields: Sequence[str] | None = None,
        sort: Literal["displayName", "-displayName", "modified", "-modified", "id", "-id"] | None = None,
        limit: int | None = None,
        cursor: str | None = None,
        total: bool | None = None,
        organization_number: Sequence[str] | None = None,
        grading_rights: Sequence[Literal["true", "false"]] | None = None,
        school_type_part: Sequence[models.SchoolTypePart] | None = None,
    ) -> models.EducationProviders:
        """Find education providers."""
        return cast(
            "models.EducationProviders",
            self.get(
                f"/education-providers",
                {
                    "snapshot": snapshot,
                    "asOf": as_of,
                    "q": q,
                    "modifiedAfter": modified_after,
                    "fields": fields,
                    "sort": sort,
                    "limit": limit,
                    "cursor": cursor,
                    "total": total,
                    "organizationNumber": organization_number,
                    "gradingRights": grading_rights,
                    "schoolTypePart": school_type_part,
                },
            ),
        )

    def contracts(
        self,
        *,
        snapshot: str | None = None,
        as_of: str | None = None,
        q: str | None = None,
        modified_after: str | None = None,
        fields: Sequence[str] | None = None,
        sort: Literal["displayName", "-displayName", "modified", "-modified", "id", "-id"] | None = None,
        limit: int | None = None,
        cursor: str | None = None,
        total: bool | None = None,
        organization_number: Sequence[str] | None = None,
        education_provider_code: Sequence[str] | None = None,
        status: Sequence[models.ContractStatus] | None = None,
        school_type_part: Sequence[models.SchoolTypePart] | None = None,
    ) -> models.Contracts:
        """Find contracts."""
        return cast(
            "models.Contracts",
            self.get(
                f"/contracts",
                {
                    "snapshot": snapshot,
                    "asOf": as_of,
                    "q": q,
                    "modifiedAfter": modified_after,
                    "fields": fields,
                    "sort": sort,
                    "limit": limit,
                    "cursor": cursor,
                    "total": total,
                    "organizationNumber": organization_number,
                    "educationProviderCode": education_provider_code,
                    "status": status,
                    "schoolTypePart": school_type_part,
                },
            ),
        )

    def school_unit(self, code: str, *, snapshot: str | None = None, as_of: str | None = None) -> models.OneUnit:
        """Read a school unit."""
        return cast("models.OneUnit", self.get(f"/school-units/{code}", {"snapshot": snapshot, "asOf": as_of}))

    def organizer(self, number: str, *, snapshot: str | None = None, as_of: str | None = None) -> models.OneOrganizer:
        """Read an organizer."""
        return cast("models.OneOrganizer", self.get(f"/organizers/{number}", {"snapshot": snapshot, "asOf": as_of}))

    def education_provider(
        self, code: str, *, snapshot: str | None = None, as_of: str | None = None
    ) -> models.OneEducationProvider:
        """Read an education provider."""
        return cast(
            "models.OneEducationProvider",
            self.get(f"/education-providers/{code}", {"snapshot": snapshot, "asOf": as_of}),
        )

    def contract(
        self, number: str, code: str, *, snapshot: str | None = None, as_of: str | None = None
    ) -> models.OneContract:
        """Read a contract."""
        return cast(
            "models.OneContract", self.get(f"/contracts/{number}/{code}", {"snapshot": snapshot, "asOf": as_of})
        )

    def unit_history(self, code: str, *, snapshot: str | None = None, as_of: str | None = None) -> models.History:
        """Read a school unit's history."""
        return cast("models.History", self.get(f"/school-units/{code}/history", {"snapshot": snapshot, "asOf": as_of}))

    def organizer_history(
        self, number: str, *, snapshot: str | None = None, as_of: str | None = None
    ) -> models.History:
        """Read an organizer's history."""
        return cast("models.History", self.get(f"/organizers/{number}/history", {"snapshot": snapshot, "asOf": as_of}))

    def provider_history(self, code: str, *, snapshot: str | None = None, as_of: str | None = None) -> models.History:
        """Read an education provider's history."""
        return cast(
            "models.History", self.get(f"/education-providers/{code}/history", {"snapshot": snapshot, "asOf": as_of})
        )

    def contract_history(
        self, number: str, code: str, *, snapshot: str | None = None, as_of: str | None = None
    ) -> models.History:
        """Read a contract's history."""
        return cast(
            "models.History", self.get(f"/contracts/{number}/{code}/history", {"snapshot": snapshot, "asOf": as_of})
        )

    def municipalities(
        self,
        *,
        snapshot: str | None = None,
        limit: int | None = None,
        cursor: str | None = None,
        total: bool | None = None,
        county_code: Sequence[
            Literal[
                "01",
                "03",
                "04",
                "05",
                "06",
                "07",
                "08",
                "09",
                "10",
                "12",
                "13",
                "14",
                "17",
                "18",
                "19",
                "20",
                "21",
                "22",
                "23",
                "24",
                "25",
            ]
        ]
        | None = None,
    ) -> models.Municipalities:
        """List municipalities."""
        return cast(
            "models.Municipalities",
            self.get(
                f"/municipalities",
                {"snapshot": snapshot, "limit": limit, "cursor": cursor, "total": total, "countyCode": county_code},
            ),
        )

    def counties(
        self,
        *,
        snapshot: str | None = None,
        limit: int | None = None,
        cursor: str | None = None,
        total: bool | None = None,
    ) -> models.Counties:
        """List counties."""
        return cast(
            "models.Counties",
            self.get(f"/counties", {"snapshot": snapshot, "limit": limit, "cursor": cursor, "total": total}),
        )

    def differences(
        self,
        *,
        from_: str | None = None,
        to: str | None = None,
        type: Sequence[Literal["school-units", "organizers", "education-providers", "contracts"]] | None = None,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> models.Differences:
        """Compare two days' public views."""
        return cast(
            "models.Differences",
            self.get(f"/differences", {"from": from_, "to": to, "type": type, "limit": limit, "cursor": cursor}),
        )

    def feed(
        self,
        *,
        after: int | None = None,
        from_: str | None = None,
        type: Sequence[Literal["school-units", "organizers", "education-providers", "contracts"]] | None = None,
        organization_number: Sequence[str] | None = None,
        municipality_code: Sequence[str] | None = None,
        limit: int | None = None,
        wait: int | None = None,
    ) -> models.Feed:
        """Follow what changes."""
        return cast(
            "models.Feed",
            self.get(
                f"/changes",
                {
                    "after": after,
                    "from": from_,
                    "type": type,
                    "organizationNumber": organization_number,
                    "municipalityCode": municipality_code,
                    "limit": limit,
                    "wait": wait,
                },
            ),
        )
