"""Pictures of other servers, fetched once, made anew and kept for a while: pages show nothing from anywhere else."""
