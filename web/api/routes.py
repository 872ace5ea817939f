"""The doors for programs."""

from core.model import Role
from core.sources import SPECS
from web.api import decisions, lists, mappings, openapi
from web.door import READER, Door

VERSION = "/api/v1"
API: list[Door] = [
    *(
        Door(f"{VERSION}/{spec.contract.mappings}", mappings.of(source), READER, name=f"api_{spec.contract.mappings}")
        for source, spec in SPECS.items()
    ),
    Door(f"{VERSION}/all-mappings", mappings.of(None), READER, name="api_all_mappings"),
    Door(f"{VERSION}/all-mappings/{{uuid:uuid}}", mappings.mapping, READER, name="api_mapping"),
    Door(f"{VERSION}/retired", mappings.retired, READER, name="api_retired"),
    Door(f"{VERSION}/aops", lists.aops, READER, name="api_aops"),
    Door(f"{VERSION}/releases", lists.made, READER, name="api_releases"),
    Door(f"{VERSION}/pairs/{{key_event:number}}/{{target}}", decisions.pair, READER, name="api_pair"),
    Door(f"{VERSION}/decisions", decisions.decide, Role.CURATOR, methods=("POST",), name="api_decisions"),
    Door(f"{VERSION}/openapi.json", openapi.document, READER, name="api_openapi"),
]
