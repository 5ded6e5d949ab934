"""Migrations: none missing, one line for each capability, names that say what they do."""

from pathlib import Path

from checks.product import set_up


def found() -> list[str]:
    set_up()
    from django.apps import apps
    from django.db.migrations.autodetector import MigrationAutodetector
    from django.db.migrations.loader import MigrationLoader
    from django.db.migrations.state import ProjectState

    loader = MigrationLoader(None)
    own = {config.label for config in apps.get_app_configs() if config.name.startswith("callwright.")}
    wanted = MigrationAutodetector(loader.project_state(), ProjectState.from_apps(apps)).changes(graph=loader.graph)
    problems = [
        f"{label}: the models have changes without a migration: {', '.join(o.describe() for o in change.operations)}"
        for label, changes in wanted.items()
        for change in changes
        if label in own
    ]
    for label in sorted(own):
        leaves = loader.graph.leaf_nodes(label)
        if len(leaves) > 1:
            problems.append(f"{label}: {len(leaves)} ends ({', '.join(name for _, name in leaves)}); must be one line")
    return problems + _nameless()


def _nameless() -> list[str]:
    return [
        f"{path}: a migration's name says what it does"
        for path in sorted(Path("callwright").glob("*/migrations/*_auto_*.py"))
    ]
