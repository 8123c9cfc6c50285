"""What a person agreed to, for whom, until when."""
