"""What the app remembers between two invocations, in Table Storage, and its work queues, in Queue Storage."""
