"""Forms look the same everywhere: label, field, help and errors bound together for screen readers."""

from django.forms.renderers import DjangoTemplates


class KitRenderer(DjangoTemplates):
    """Set as FORM_RENDERER: `{{ form }}` and `{{ form.name.as_field_group }}` use the kit's templates."""

    form_template_name = "kit/form.html"
    field_template_name = "kit/field.html"
