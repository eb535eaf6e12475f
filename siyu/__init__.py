import os
import sys

# Arrow reads this once, when it is first imported. Its usual allocator keeps what a thread has freed
# for that thread alone; this one gives it back, and the builds for Linux have it.
if sys.platform == "linux":
    os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "jemalloc")
