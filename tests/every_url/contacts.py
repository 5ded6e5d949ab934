from tests.every_url import Row, agents, not_agents, own_account, posted


def build(world):
    from callwright.contacts.models import Category, Contact, ContactEmail, ContactNumber, Order, OrderStage

    account = world["account"]
    contact = world["contact"] = Contact.objects.create(account=account, kind="person", surname="Berg", name="Berg")
    world["number"] = ContactNumber.objects.create(account=account, contact=contact, number="+31612345678")
    world["email"] = ContactEmail.objects.create(account=account, contact=contact, email="berg@example.org")
    stage = OrderStage.objects.create(name="Offer")
    world["order"] = Order.objects.create(
        account=account, contact=contact, title="Cakes", stage=stage, ordered_on="2026-11-01"
    )
    world["category"] = Category.objects.create(name="VIP")


def _id(name):
    return lambda world: world[name].pk


_contact = {"contact_id": _id("contact")}
_number = {**_contact, "number_id": _id("number")}
_email = {**_contact, "email_id": _id("email")}
_order = {"order_id": _id("order")}
_entry = {"of": "categories", "entry_id": _id("category")}
_list = {"of": "categories"}


def changed(answer="302", **more):
    """A POST about a contact, with nothing to save in it."""
    return posted(own_account(**more), answer)


ROWS = {
    "contacts/": agents(),
    "contacts/find/": agents(),
    "contacts/new/person/": agents(),
    "contacts/new/company/": agents(),
    "contacts/<int:contact_id>/": own_account(names=_contact),
    "contacts/<int:contact_id>/head/": own_account(names=_contact),
    "contacts/<int:contact_id>/numbers/": own_account(names=_contact),
    "contacts/<int:contact_id>/orders/": own_account(names=_contact),
    "contacts/<int:contact_id>/field/": changed("200", names=_contact),
    "contacts/<int:contact_id>/numbers/add/": changed(names=_contact),
    "contacts/<int:contact_id>/numbers/<int:number_id>/kind/": changed(names=_number),
    "contacts/<int:contact_id>/numbers/<int:number_id>/remove/": changed(names=_number),
    "contacts/<int:contact_id>/emails/add/": changed(names=_contact),
    "contacts/<int:contact_id>/emails/<int:email_id>/remove/": changed(names=_email),
    "contacts/<int:contact_id>/photo/": Row("404 404 404 403 login", names=_contact),  # there is no photo
    "contacts/<int:contact_id>/photo/small/": Row("404 404 404 403 login", names=_contact),
    "contacts/<int:contact_id>/photo/upload/": changed(names=_contact),
    "contacts/<int:contact_id>/photo/delete/": changed(names=_contact),
    "contacts/<int:contact_id>/orders/new/": own_account(names=_contact),
    "contacts/orders/<int:order_id>/": own_account(names=_order),
    "contacts/orders/<int:order_id>/stage/": changed(names=_order),
    "contacts/lists/<slug:of>/": not_agents(names=_list),
    "contacts/lists/<slug:of>/order/": posted(not_agents(names=_list)),
    "contacts/lists/<slug:of>/<int:entry_id>/": not_agents(names=_entry),
    "contacts/lists/<slug:of>/<int:entry_id>/retire/": posted(not_agents(names=_entry)),
}
