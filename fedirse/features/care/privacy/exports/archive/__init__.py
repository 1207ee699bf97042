"""The folder of an export on the disk, and the archive that is packed in it."""
