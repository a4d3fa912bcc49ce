"""Stands in for torch in the tests: its version, and whether it sees a GPU."""
from torch import cuda, version
from torch.version import __version__
