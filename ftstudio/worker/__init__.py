"""The child processes, and all that imports torch."""

import os

# Read once, when torch is loaded. A thread that waits for the others shall sleep, not spin: on two
# cores that were busy with other things too, a step took 34 s and 3.8 s of processor time with
# spinning, 2 s and 0.25 s without.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
