"""How a message becomes an answer: inbox, turn, transcript, live events, effects, outbox."""
