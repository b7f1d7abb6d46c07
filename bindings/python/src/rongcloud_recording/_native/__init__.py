"""What is generated from the library, and the library. Private: the package itself says what is public."""
