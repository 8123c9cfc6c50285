"""Letters: sealing, sending, receiving, receipts, threads. The only app that talks to the network."""
