"""Pull, ledger, rollup: the engine that brings sales back."""
