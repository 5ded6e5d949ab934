"""One set of expectations for the product's link on every kind of PBX."""

import pytest

pytest.register_assert_rewrite("tests.link.contract.kept")
