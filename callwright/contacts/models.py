"""People and companies known to an account, their numbers, categories and orders."""

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class AccountData(models.Model):
    """Base of all data of an account. The database's key is (account_id, id), made in the migrations."""

    account = models.ForeignKey("accounts.Account", on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        abstract = True


class Category(models.Model):
    """A kind of contact. A list each organisation edits; shared by its accounts."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    colour = models.CharField(_("colour"), max_length=20, default="grey")  # a colour token of the kit
    icon = models.CharField(_("icon"), max_length=40, default="user")
    advice = models.CharField(_("advice for the agent"), max_length=300, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    retired = models.BooleanField(_("no longer offered"), default=False)

    class Meta:
        ordering = ["position", "name"]
        verbose_name_plural = "categories"

    def __str__(self) -> str:
        return self.name


class CategoryPast(models.Model):
    """How a category was named and drawn until a moment: calls of that time are shown so (CALL-5)."""

    category = models.ForeignKey(Category, on_delete=models.CASCADE, related_name="past", db_index=False)
    name = models.CharField(max_length=80)
    colour = models.CharField(max_length=20)
    icon = models.CharField(max_length=40)
    until = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["category", "until"], name="contacts_category_until")]


class Contact(AccountData):
    class Kind(models.TextChoices):
        PERSON = "person", _("Person")
        COMPANY = "company", _("Company")

    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.PERSON)
    name = models.CharField(_("name"), max_length=250, blank=True)  # company: its name; person: worked out
    surname = models.CharField(_("surname"), max_length=120, blank=True)
    first_name = models.CharField(_("first name"), max_length=120, blank=True)
    job_title = models.CharField(_("position"), max_length=120, blank=True)
    company = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="people", db_constraint=False
    )
    category = models.ForeignKey(Category, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    warning = models.CharField(_("note or warning"), max_length=400, blank=True)
    city = models.CharField(_("city"), max_length=120, blank=True)
    region = models.CharField(_("region"), max_length=120, blank=True)
    country = models.CharField(_("country"), max_length=2, blank=True)
    language = models.CharField(_("language"), max_length=10, blank=True)
    birthday = models.DateField(_("birthday"), null=True, blank=True)
    loyalty = models.CharField(_("loyalty card or level"), max_length=120, blank=True)
    responsible = models.ForeignKey("staff.User", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    photo = models.ImageField(_("photo"), upload_to="photos/%Y/%m", blank=True)  # the bytes as uploaded
    # Cleared by the database when a marker is deleted; see migration 0006.
    marker = models.ForeignKey(
        "calls.Marker", null=True, blank=True, on_delete=models.DO_NOTHING, related_name="+", db_index=False
    )
    # companies
    line_of_business = models.CharField(_("line of business"), max_length=200, blank=True)
    sells = models.TextField(_("what it sells"), blank=True)
    management = models.TextField(_("management and how to reach them"), blank=True)
    decides = models.TextField(_("who decides about what"), blank=True)

    custom = models.JSONField(default=dict, blank=True)
    created_automatically = models.BooleanField(default=False)
    search_text = models.TextField(default="", editable=False)  # see searching.py
    sort_key = models.CharField(max_length=250, default="", editable=False)
    last_call_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    updated_by = models.ForeignKey("staff.User", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        indexes = [
            GinIndex(
                models.F("account"), OpClass(models.F("search_text"), name="gin_trgm_ops"), name="contacts_search"
            ),
            models.Index(fields=["account", "sort_key", "id"], name="contacts_by_name"),
            models.Index(fields=["sort_key", "id"], name="contacts_by_name_all"),
            models.Index(fields=["account", "company"], name="contacts_by_company"),
        ]

    def __str__(self) -> str:
        return self.name


class ContactNumber(AccountData):
    class Kind(models.TextChoices):
        MOBILE = "mobile", _("Mobile")
        WORK = "work", pgettext_lazy("telephone number", "Work")
        HOME = "home", pgettext_lazy("telephone number", "Home")
        FAX = "fax", _("Fax")
        OTHER = "other", pgettext_lazy("telephone number", "Other")

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="numbers", db_constraint=False)
    number = models.CharField(_("number"), max_length=32)  # E.164; short numbers as they are
    as_received = models.CharField(max_length=64, blank=True)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.OTHER)
    last_spoken_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "contact", "number"], name="contacts_number_once"),
        ]
        indexes = [models.Index(fields=["account", "number"], name="contacts_number_lookup")]

    def __str__(self) -> str:
        return self.number


class ContactEmail(AccountData):
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="emails", db_constraint=False)
    email = models.EmailField(_("e-mail"))

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "contact", "email"], name="contacts_email_once")]

    def __str__(self) -> str:
        return self.email


class CustomField(models.Model):
    """A field that an organisation added to its contacts (text, number, date, choice, yes/no)."""

    class Kind(models.TextChoices):
        TEXT = "text", _("Text")
        NUMBER = "number", pgettext_lazy("kind of field", "Number")
        DATE = "date", _("Date")
        CHOICE = "choice", _("Choice")
        YES_NO = "yes_no", _("Yes or no")

    code = models.SlugField(max_length=40, unique=True)
    label = models.CharField(_("label"), max_length=80)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.TEXT)
    choices = models.JSONField(_("choices"), default=list, blank=True)
    on_card = models.BooleanField(_("shown on the card"), default=False)
    position = models.PositiveSmallIntegerField(default=0)
    retired = models.BooleanField(_("no longer offered"), default=False)

    class Meta:
        ordering = ["position", "label"]

    def __str__(self) -> str:
        return self.label


class OrderStage(models.Model):
    name = models.CharField(_("name"), max_length=80, unique=True)
    colour = models.CharField(_("colour"), max_length=20, default="grey")
    is_open = models.BooleanField(_("still open"), default=True)
    counts_as_debt = models.BooleanField(_("what is unpaid counts as debt"), default=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "name"]

    def __str__(self) -> str:
        return self.name


class Order(AccountData):
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="orders", db_constraint=False)
    number = models.CharField(_("order number"), max_length=40)
    title = models.CharField(_("what"), max_length=200, blank=True)
    stage = models.ForeignKey(OrderStage, on_delete=models.PROTECT, related_name="+", verbose_name=_("stage"))
    responsible = models.ForeignKey("staff.User", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    currency = models.CharField(_("currency"), max_length=3, default="EUR")
    amount = models.DecimalField(_("amount"), max_digits=14, decimal_places=2, default=0)
    paid = models.DecimalField(_("paid"), max_digits=14, decimal_places=2, default=0)
    ordered_on = models.DateField(_("ordered on"))
    updated_at = models.DateTimeField(auto_now=True)
    updated_by = models.ForeignKey("staff.User", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "number"], name="contacts_order_number_once"),
            models.CheckConstraint(
                condition=models.Q(amount__gte=0) & models.Q(paid__gte=0), name="contacts_order_money"
            ),
        ]
        indexes = [models.Index(fields=["account", "contact"], name="contacts_order_contact")]

    def __str__(self) -> str:
        return self.number


class OrderLine(AccountData):
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="lines", db_constraint=False)
    position = models.PositiveSmallIntegerField(default=0)
    text = models.CharField(_("what"), max_length=200)
    quantity = models.DecimalField(_("quantity"), max_digits=12, decimal_places=3, default=1)
    price = models.DecimalField(_("price each"), max_digits=14, decimal_places=4, default=0)


class OrderStageChange(AccountData):
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="stage_changes", db_constraint=False)
    from_stage = models.ForeignKey(OrderStage, null=True, on_delete=models.PROTECT, related_name="+")
    to_stage = models.ForeignKey(OrderStage, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey("staff.User", null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()
