"""What a message refers to: what was done before, what was asked, what is answered."""
