"""The ASGI application that granian serves."""

import os
from typing import cast

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "callwright.config.settings")

_django = get_asgi_application()  # sets Django up, which the next import needs

from callwright.config.static_files import with_static_files  # noqa: E402
from callwright.live.stream import Application, with_stream  # noqa: E402

application = with_static_files(with_stream(cast(Application, _django)))
