"""The whole example government, loaded once and read by all tests of this folder."""
