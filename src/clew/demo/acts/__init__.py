"""What people do in the story. Runs inside one node, through the same actions as the pages.

Each act asks first whether it is done; it returns what the teller says about it, or "not yet" while a letter that it
needs has not arrived.
"""
