"""What keeps an installation running: backups, whether it is well, and whether it is safe."""
