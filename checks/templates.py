"""Every template can be compiled: tags exist, blocks are closed, parents are there. And Django's own checks."""

from pathlib import Path

from checks.product import set_up


def found() -> list[str]:
    set_up()
    from django.core.checks import Warning as DjangoWarning
    from django.core.checks import run_checks
    from django.template import TemplateDoesNotExist, TemplateSyntaxError
    from django.template.loader import get_template

    problems = [str(message) for message in run_checks() if message.level >= DjangoWarning().level]
    for root in sorted(Path("callwright").glob("**/templates")):
        for file in sorted(root.rglob("*.*")):
            try:
                get_template(str(file.relative_to(root)))
            except (TemplateSyntaxError, TemplateDoesNotExist) as error:
                problems.append(f"{file}: {type(error).__name__}: {error}")
    return problems + _drawn()


def _drawn() -> list[str]:
    """Those that Jinja draws, which can be compiled too."""
    from jinja2 import TemplateError

    from callwright.desk import drawing as desk
    from callwright.registration import drawing as registration

    problems = []
    for capability, templates in (("desk", desk.TEMPLATES), ("registration", registration.TEMPLATES)):
        for name in templates.list_templates():
            try:
                templates.get_template(name)
            except TemplateError as error:
                problems.append(f"callwright/{capability}/drawn/{name}: {type(error).__name__}: {error}")
    return problems
