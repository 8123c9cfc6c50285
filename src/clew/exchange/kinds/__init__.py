"""The types of letters: what each may say, refer to and carry (`table`), and its body as a typed record (`records`)."""
