"""议事会: neighbourhood deliberation, in which every act is an event to replay, recount and check."""
