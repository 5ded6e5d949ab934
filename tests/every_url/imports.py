from datetime import UTC, datetime
from uuid import UUID

from tests.every_url import not_agents, posted

_ID = UUID("019a0000-0000-7000-8000-000000000001")


def build(world):
    from callwright.imports.models import Import, WatchedFolder, WatchedTable

    Import.objects.create(id=_ID, name="Master.csv", origin="upload", state="finished", created_at=datetime.now(UTC))
    world["table"] = WatchedTable.objects.create(pbx=world["pbx"], first_day=datetime.now(UTC).date())
    world["folder"] = WatchedFolder.objects.create(path="/srv/records", pbx=world["pbx"])


_import = {"import_id": _ID}

ROWS = {
    "imports/": not_agents(),
    "imports/table/": not_agents(),
    "imports/folders/": not_agents(),
    "imports/folders/<int:folder_id>/": not_agents(names={"folder_id": lambda world: world["folder"].pk}),
    "imports/tables/": not_agents(),
    "imports/tables/<int:table_id>/": not_agents(names={"table_id": lambda world: world["table"].pk}),
    "imports/<uuid:import_id>/": not_agents(names=_import),
    "imports/<uuid:import_id>/progress/": not_agents(names=_import),
    "imports/<uuid:import_id>/act/": posted(not_agents(names=_import)),
    "imports/<uuid:import_id>/errors.csv": not_agents(names=_import),
}
