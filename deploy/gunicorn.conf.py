"""How Week One is served. Anything here can be overridden on gunicorn's command line."""

bind = "0.0.0.0:8000"  # inside a container; put a buffering proxy that speaks https in front
workers = 2
worker_class = "gthread"  # a sync worker is held by one idle connection
threads = 4
preload_app = True  # the NHS macros compile once, before the fork
control_socket_disable = True  # needs a writable home, which the service has not
accesslog = "-"
# no query strings and no referrers: they could name people
access_log_format = "%(t)s %(m)s %(U)s %(s)s %(B)s %(L)s"
