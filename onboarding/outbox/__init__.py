"""Mail out: a row first, in the transaction that caused it; sent by `manage.py send_outbox`."""
