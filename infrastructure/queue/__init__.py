"""Jobs over Dramatiq: RabbitMQ quorum queues, or a broker in this process."""
