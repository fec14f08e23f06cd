"""The addresses of resources, as links and headers give them."""

from uuid import UUID


def session_path(session_id: UUID) -> str:
    """The address of a session."""
    return f"/v1/sessions/{session_id}"


def task_path(task_id: UUID) -> str:
    """The address of a task."""
    return f"/v1/tasks/{task_id}"


def proposal_path(session_id: UUID, proposal_id: UUID) -> str:
    """The address of a proposal."""
    return f"{session_path(session_id)}/proposals/{proposal_id}"


def execution_path(task_id: UUID, number: int) -> str:
    """The address of an execution."""
    return f"{task_path(task_id)}/executions/{number}"


def node_links(session_id: UUID, node_id: UUID) -> dict[str, str]:
    """The addresses of a node and of what it holds."""
    node = f"{session_path(session_id)}/nodes/{node_id}"
    return {
        "self": node,
        "rows": f"{node}/rows",
        "profile": f"{node}/profile",
        "export": f"{node}/export",
    }
