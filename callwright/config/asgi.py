"""The ASGI application that granian serves."""

import os
from typing import cast

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "callwright.config.settings")

django.setup(set_prefix=False)  # the next imports need it

from callwright.config.static_files import with_static_files  # noqa: E402
from callwright.config.threads import ThreadedHandler  # noqa: E402
from callwright.live.stream import Application, with_stream  # noqa: E402
from callwright.recordings.streaming import with_recordings  # noqa: E402

application = with_static_files(with_stream(with_recordings(cast(Application, ThreadedHandler()))))
