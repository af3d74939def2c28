"""The language model: reads a text into probabilities. Needs numpy and the shipped weights."""

import os

# One core a process, and before numpy is first imported: a worker's neighbours are the door,
# the database and the other worker, and threads that wait for each other are slower.
for _name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")
