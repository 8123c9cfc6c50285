"""Officers, their roles and keys, and the compartments that decide who may know."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.translation import gettext_lazy as _


class OfficerQuerySet(BaseUserManager["Officer"]):
    """Finds officers by the name they sign in with, whatever its case."""

    def get_by_natural_key(self, username: str | None) -> Officer:
        return self.get(username__iexact=username)


class Officer(AbstractBaseUser):
    """A person who acts in this node. Roles are codes of the list `roles`; there is no superuser.

    An administrator sees no case (design, section 5): being able to run the machine gives no right to know.
    An integration is an account that nobody signs in with: another system acts by it, with a token (`clew.node.api`).
    """

    username = models.CharField(_("user name"), max_length=64, unique=True)
    full_name = models.CharField(_("full name"), max_length=200)
    email = models.EmailField(_("email"), blank=True)
    language = models.CharField(_("language"), max_length=10, blank=True)
    is_active = models.BooleanField(_("active"), default=True)
    is_integration = models.BooleanField(_("integration"), default=False)
    created = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["full_name"]
    objects = OfficerQuerySet()

    scopes: frozenset[str] = frozenset()
    """The permissions of the token an integration came with; not stored, so that without a token it may do nothing."""

    def __str__(self) -> str:
        return self.full_name or self.username


class RoleAssignment(models.Model):
    """An officer holds a role."""

    officer = models.ForeignKey(Officer, on_delete=models.CASCADE, related_name="role_assignments")
    role = models.CharField(max_length=40)
    given_by = models.ForeignKey(Officer, null=True, on_delete=models.PROTECT, related_name="+")
    given = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["officer", "role"], name="one_assignment_per_role")]


class Compartment(models.Model):
    """Who may know: a case team or a unit."""

    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=20)
    created = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name


class CompartmentMember(models.Model):
    """An officer may know what is in a compartment."""

    compartment = models.ForeignKey(Compartment, on_delete=models.CASCADE, related_name="members")
    officer = models.ForeignKey(Officer, on_delete=models.CASCADE, related_name="memberships")
    added_by = models.ForeignKey(Officer, null=True, on_delete=models.PROTECT, related_name="+")
    added = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["compartment", "officer"], name="member_once")]


class OfficerKey(models.Model):
    """The Ed25519 key with which the server signs for an officer who proved presence with a TOTP code.

    The private part is sealed under the node's rest key. A decision's record says that this method was used.
    """

    officer = models.ForeignKey(Officer, on_delete=models.CASCADE, related_name="keys")
    key_id = models.CharField(max_length=64, unique=True)
    public_key = models.BinaryField()
    sealed_private_key = models.BinaryField()
    created = models.DateTimeField(auto_now_add=True)
    retired = models.DateTimeField(null=True)


class SignInLink(models.Model):
    """A one-time link for enrolment and recovery; only its digest is stored.

    `made_by` is None where it was made on the node's own host. A link that an administrator made does not replace the
    second factor of an officer who has one.
    """

    officer = models.ForeignKey(Officer, on_delete=models.CASCADE, related_name="+")
    made_by = models.ForeignKey(Officer, null=True, on_delete=models.PROTECT, related_name="+")
    token_digest = models.BinaryField(unique=True)
    expires = models.DateTimeField()
    used = models.DateTimeField(null=True)


class UsedCode(models.Model):
    """A time step whose one-time code an officer has used: a code counts once (RFC 6238, 5.2)."""

    officer = models.ForeignKey(Officer, on_delete=models.CASCADE, related_name="+")
    time_step = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["officer", "time_step"], name="code_counts_once")]
