__version__ = "@VERSION@"
cuda = @CUDA@
