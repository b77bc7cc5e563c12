"""Where stages run: :mod:`dedup.engines.local` on the threads of this machine."""
