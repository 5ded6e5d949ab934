"""Forms of the settings of notes."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _


class NoteSettingsForm(forms.Form):
    by_itself = forms.BooleanField(
        label=_("Send notes by themselves"), required=False,
        help_text=_(
            "Once the call is over and the agent is done with the note. Otherwise only when somebody presses “Send”."
        ),
    )  # fmt: skip
    names_agent = forms.BooleanField(
        label=_("Say in the mail who took the call"), required=False,
    )  # fmt: skip


class NoteCopyForm(forms.Form):
    """`agents`: (id, name) of those who can be chosen."""

    email = forms.CharField(
        label=_("E-mail"), max_length=254, widget=forms.TextInput(attrs={"type": "email", "dir": "ltr"}),
        help_text=_("An address of your own organisation. The people of the account do not see that it gets a copy."),
    )  # fmt: skip
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    whose = forms.ChoiceField(
        label=_("Whose notes"), widget=forms.RadioSelect, initial="all",
        choices=[("all", _("Of all agents")), ("chosen", _("Of the agents chosen here"))],
    )  # fmt: skip
    agents = forms.MultipleChoiceField(label=_("Agents"), required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *arguments: Any, agents: list[tuple[int, str]], **named: Any) -> None:
        super().__init__(*arguments, **named)
        field = self.fields["agents"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(str(id), name) for id, name in agents]
