from django.urls import path

from callwright.contacts.views import contacts, lists, numbers, orders, photos

app_name = "contacts"

urlpatterns = [
    path("", contacts.contact_list, name="list"),
    path("find/", contacts.find, name="find"),
    path("new/person/", contacts.new_contact, {"kind": "person"}, name="new_person"),
    path("new/company/", contacts.new_contact, {"kind": "company"}, name="new_company"),
    path("<int:contact_id>/", contacts.contact, name="contact"),
    path("<int:contact_id>/head/", contacts.part, {"name": "head"}, name="head"),
    path("<int:contact_id>/numbers/", contacts.part, {"name": "numbers"}, name="numbers"),
    path("<int:contact_id>/orders/", contacts.part, {"name": "orders"}, name="orders"),
    path("<int:contact_id>/field/", contacts.field, name="field"),
    path("<int:contact_id>/numbers/add/", numbers.add_number_view, name="add_number"),
    path("<int:contact_id>/numbers/<int:number_id>/kind/", numbers.number_kind, name="number_kind"),
    path("<int:contact_id>/numbers/<int:number_id>/remove/", numbers.remove_number_view, name="remove_number"),
    path("<int:contact_id>/emails/add/", numbers.add_email_view, name="add_email"),
    path("<int:contact_id>/emails/<int:email_id>/remove/", numbers.remove_email_view, name="remove_email"),
    path("<int:contact_id>/photo/", photos.photo, name="photo"),
    path("<int:contact_id>/photo/small/", photos.photo, {"small": True}, name="photo_small"),
    path("<int:contact_id>/photo/upload/", photos.upload, name="upload_photo"),
    path("<int:contact_id>/photo/delete/", photos.delete, name="delete_photo"),
    path("<int:contact_id>/orders/new/", orders.new_order, name="new_order"),
    path("orders/<int:order_id>/", orders.order, name="order"),
    path("orders/<int:order_id>/stage/", orders.stage, name="stage"),
    path("lists/<slug:of>/", lists.edit_list, name="edit_list"),
    path("lists/<slug:of>/order/", lists.order_list, name="order_list"),
    path("lists/<slug:of>/<int:entry_id>/", lists.edit_list, name="edit_entry"),
    path("lists/<slug:of>/<int:entry_id>/retire/", lists.retire_entry, name="retire_entry"),
]
