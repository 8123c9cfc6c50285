"""Letters, sealing, threads, receipts and clocks."""
