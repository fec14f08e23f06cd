"""The rules of Datatrail as pure functions over immutable values. Imports nothing of ours."""
