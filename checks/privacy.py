"""Tables and screens of a capability are its own: others use its operations and queries."""

import grimp

_PRIVATE = {"models", "views", "forms", "urls"}
_MAY_SEE_ALL = {"config"}


def found() -> list[str]:
    graph = grimp.build_graph("callwright", exclude_type_checking_imports=True)
    problems = []
    for module in sorted(graph.modules):
        importer = module.split(".")
        if len(importer) < 2 or importer[1] in _MAY_SEE_ALL or {"tests", "testing"} & set(importer):
            continue
        for imported in sorted(graph.find_modules_directly_imported_by(module)):
            parts = imported.split(".")
            if len(parts) > 2 and parts[1] not in (importer[1], "kit") and parts[2] in _PRIVATE:
                problems.append(f"{module} imports {imported}, which is private to {parts[1]}")
    return problems
