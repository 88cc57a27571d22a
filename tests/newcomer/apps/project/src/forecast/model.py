from __future__ import annotations

import numpy as np


def predict(days: int) -> np.ndarray:
    return 100 + 10 * np.sin(np.arange(days))
