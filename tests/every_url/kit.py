from tests.every_url import logged_in

ROWS = {"kit/": logged_in(), "kit/parts/": logged_in()}
