"""The child processes, and all that imports torch."""

import os

# Read once, when torch is loaded. A thread that waits for the others shall sleep, not spin: on a
# computer that is busy with other things too, spinning made a step up to 17 times slower in
# processor time (0.2 s against 3.8 s), and costs nothing that could be measured when it is idle.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
