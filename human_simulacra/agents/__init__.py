"""The four agents of MACM, one a file; each is a coroutine that asks the backbone for one thing."""
