import pytest

pytest.register_assert_rewrite("tests.browser.seen")  # its assertion says what was seen
