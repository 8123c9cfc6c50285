"""Which rules this node uses, who has signed for them, and the settings that are the node's own."""
