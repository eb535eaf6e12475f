import os

# Arrow reads this once, when it is first imported. Its own allocators keep what a thread has freed, for
# that thread alone; the system's gives large buffers back.
os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")
