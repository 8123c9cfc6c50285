"""The functions behind the tag library ``clew``, one subject a file."""
