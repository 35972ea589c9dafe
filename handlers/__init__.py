"""The conversation: understanding a message, dialogues with slots, one handler a job, wording."""
