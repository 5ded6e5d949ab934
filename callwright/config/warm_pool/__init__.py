"""Django's PostgreSQL backend whose pool hands out the connection that was given back last."""
