"""The form with which the holder of a post names a delegate."""

from typing import cast

from django import forms
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from accounts.permissions import Scope
from agreements.delegations import candidates
from agreements.forms.base import UNCHOSEN, MasterForm
from agreements.forms.organisation import refuse_early_end
from agreements.models import Delegation, Position

OFFERED_AT_MOST = 50


def labelled(account: User) -> str:
    return f"{account.name} ({account.username})"


class DelegationForm(MasterForm):
    """A delegate for one of one's own posts, from today on; who holds a single post is not asked which."""

    class Meta(MasterForm.Meta):
        model = Delegation
        fields = ("position", "account", "starts", "ends", "reason")
        labels = {"account": "Yang ditunjuk", "position": "Untuk jabatan"}
        help_texts = {"ends": "Hari terakhir berlaku.", "reason": "Misalnya: dinas luar, cuti."}

    def __init__(self, *args, scope: Scope, query: str = "", **kwargs):
        super().__init__(*args, **kwargs)
        self.scope = scope
        self.instance.named_by_id = scope.account_id
        self.posts = list(Position.objects.filter(pk__in=scope.posts))
        if len(self.posts) == 1:
            del self.fields["position"]
            self.instance.position = self.posts[0]
        else:
            self.offer("position", Position.objects.filter(pk__in=scope.posts))
        self.people = candidates(scope, self.posts)
        self.offer("account", self.people)
        self._offer_found(query)

    def _offer_found(self, query: str) -> None:
        """List at most OFFERED_AT_MOST people; who was chosen before a new search stays on the list."""
        found = Q(name__icontains=query) | Q(username__icontains=query.lower())
        rows = list(self.people.filter(found)[: OFFERED_AT_MOST + 1])
        self.more = len(rows) > OFFERED_AT_MOST
        offered = {str(each.pk): labelled(each) for each in rows[:OFFERED_AT_MOST]}
        chosen = self.data.get("account", "") if self.is_bound else ""
        if chosen.isascii() and chosen.isdigit() and len(chosen) < 18 and chosen not in offered:
            offered |= {str(each.pk): labelled(each) for each in self.people.filter(pk=chosen)}
        field = cast(forms.ModelChoiceField, self.fields["account"])
        field.choices = [("", UNCHOSEN), *offered.items()]

    def clean_starts(self):
        starts = self.cleaned_data["starts"]
        if starts < timezone.localdate():
            raise forms.ValidationError("Pendelegasian tidak berlaku surut. Pilih hari ini atau sesudahnya.")
        return starts

    def clean(self):
        cleaned = super().clean()
        refuse_early_end(self, "starts", "ends")
        position = cleaned.get("position") or (None if "position" in self.fields else self.posts[0])
        account = cleaned.get("account")
        if position and account and not candidates(self.scope, [position]).filter(pk=account.pk).exists():
            self.add_error("account", f"{account} tidak bertugas di {position.unit} atau di bawahnya.")
        return cleaned
