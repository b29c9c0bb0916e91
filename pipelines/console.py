"""What people read on the terminal: errors that end a command.

Border: no message text of a screening rule or an answer stands here; those are data.
"""


class StaalkaartError(Exception):
    """A problem that ends the command with a message for people and no traceback.

    Attributes:
        exit_code: The exit code of the command line (architecture.md, Commands).
    """

    def __init__(self, message: str, exit_code: int = 2) -> None:
        super().__init__(message)
        self.exit_code = exit_code
