"""Who stands under a document that one person signs: the holder of a post, else a place to sign."""

from agreements.content import WITHOUT_NIP
from agreements.models import Assignment
from perjanjian.numerals import format_nip
from reports.documents import SignatureBlock


def signature_block(post: str, holder: Assignment | None) -> SignatureBlock:
    """The block at the right. `post` is printed where nobody holds it; the holder's title else."""
    if holder is None:
        return SignatureBlock("right", "", f"{post}," if post else "", "", "", "")
    official = holder.official
    if holder.position.level in WITHOUT_NIP:
        return SignatureBlock("right", "", f"{holder.title},", official.name, "", "")
    nip = f"NIP. {format_nip(official.nip)}" if official.nip else ""
    return SignatureBlock("right", "", f"{holder.title},", official.name, official.rank, nip)
