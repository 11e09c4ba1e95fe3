"""A village for each test that asks for one."""

from tests.given import town as town
