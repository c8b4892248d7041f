"""For whom somebody speaks: one organisation of hers, or her own name."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ...members.models import Organisation, Person
from ...members.queries import acts_for
from ..models import Initiative
from ..queries import own_hat


class HatForm(forms.Form):
    """Asks for whom one speaks; not somebody who could only speak in her own name."""

    organisation = forms.ModelChoiceField(
        label=_("You speak for"),
        queryset=Organisation.objects.none(),
        required=False,
        to_field_name="slug",
        empty_label=_("myself, in my own name"),
    )
    quiet_optional = True

    def __init__(self, *args: Any, person: Person | None, initiative: Initiative, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        hats = list(acts_for(person)) if person is not None else []
        if not hats or person is None:
            del self.fields["organisation"]
            return
        self.fields["organisation"].queryset = acts_for(person)
        last = own_hat(initiative, person)
        chosen = next((one for one in hats if one.pk == last), hats[0] if len(hats) == 1 else None)
        if chosen is not None:
            self.fields["organisation"].initial = chosen.slug

    @property
    def hat(self) -> Organisation | None:
        """The organisation she speaks for."""
        return self.cleaned_data.get("organisation")
