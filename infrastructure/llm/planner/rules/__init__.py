"""Commands and questions, each as a rule that reads one kind of them to its end."""
