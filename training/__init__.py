"""Training of the language model: development only, nothing of it runs in the product."""

import os

# Before hotline.model, which keeps the product's model to one core, and before torch.
for _name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_name] = str(os.cpu_count() or 1)
