"""What people complained of in other readers of tables, each as a file with its exact table."""
