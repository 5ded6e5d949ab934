from tests.every_url import not_agents, posted


def build(world):
    from callwright.registration.models import Category, Topic

    category = Category.objects.create(name="Reason")
    category.accounts.add(world["account"])
    world["offered"], world["offered_topic"] = category, Topic.objects.create(category=category, name="Order")


_category = {"category_id": lambda world: world["offered"].pk}
_topic = _category | {"topic_id": lambda world: world["offered_topic"].pk}

ROWS = {
    "registration/topics/": not_agents(),
    "registration/topics/new/": not_agents(),
    "registration/topics/preview/": not_agents(),
    "registration/topics/order/": posted(not_agents()),
    "registration/topics/<int:category_id>/": not_agents(names=_category),
    "registration/topics/<int:category_id>/retire/": posted(not_agents(names=_category)),
    "registration/topics/<int:category_id>/topics/": posted(not_agents(names=_category)),
    "registration/topics/<int:category_id>/topics/form/": not_agents(names=_category),
    "registration/topics/<int:category_id>/topics/<int:topic_id>/place/": posted(not_agents(names=_topic)),
    "registration/topics/<int:category_id>/topics/<int:topic_id>/retire/": posted(not_agents(names=_topic)),
}
