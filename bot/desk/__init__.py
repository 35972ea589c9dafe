"""The help desk: who owns a conversation, and every act of the staff on it, as functions over one transaction."""
