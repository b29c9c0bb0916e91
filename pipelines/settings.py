"""Where things are and what the environment says.

Border: the only module that reads the environment; everyone else receives a ``Settings``.
"""

import os
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

PROJECT_ROOT = Path(__file__).resolve().parent.parent
# What DuckDB may hold in memory at a time, beside Python and what it imports; the rest goes to a
# spill folder beside the file that is written. dbt's profile has the same limit.
MEMORY_LIMIT = "2GB"
# What holds a secret, or says in which file one stands.
SECRETS = frozenset(
    {
        "STAALKAART_KEY",
        "STAALKAART_KEY_FILE",
        "STAALKAART_SMTP_PASSWORD",
        "STAALKAART_SMTP_PASSWORD_FILE",
        "CREDENTIALS_DIRECTORY",
    }
)


@dataclass(frozen=True)
class MailSettings:
    """What the environment says about sending e-mail, each value as it was written.

    Attributes:
        host: The mail server; without one no e-mail is sent.
        port: Its port; 465 speaks TLS from the first byte.
        user: Who logs in; empty for a server that asks for nobody.
        password: What it logs in with, unless a file holds it.
        password_file: A file with the password, mode 0400 or 0600.
        starttls: ``yes`` (also when empty) or ``no``; ``no`` only for a server on this machine.
        sender: The address the message comes from.
        recipients: The addresses it goes to, separated by commas.
    """

    host: str
    port: str = ""
    user: str = ""
    password: str = field(default="", repr=False)
    password_file: str = ""
    starttls: str = ""
    sender: str = ""
    recipients: str = ""


@dataclass(frozen=True)
class Settings:
    """The folders and options of one run.

    ``data_dir`` holds everything the system writes: landing, warehouse, answers and, unless
    ``DAGSTER_HOME`` says otherwise, Dagster's own state. ``engine`` builds the models (``duckdb``
    or ``spark``); ``spark_command`` starts Spark's build instead of the one on this machine, as a
    shell would read it, empty where the installation names none.
    """

    raw_dir: Path
    data_dir: Path
    as_of: date | None = None
    verify: bool = False
    project_root: Path = PROJECT_ROOT
    engine: str = "duckdb"
    spark_command: str = ""

    @property
    def landing_dir(self) -> Path:
        """The folder of the immutable Parquet files and the ledger."""
        return self.data_dir / "landing"

    @property
    def warehouse_dir(self) -> Path:
        """The folder of the private build file and the published file."""
        return self.data_dir / "warehouse"

    @property
    def build_file(self) -> Path:
        """The private DuckDB work file, rebuilt by every run that has something new."""
        return self.warehouse_dir / "build.duckdb"

    @property
    def published_file(self) -> Path:
        """The DuckDB file that analysts and answers read; replaced by rename only."""
        return self.warehouse_dir / "staalkaart.duckdb"

    @property
    def spark_dir(self) -> Path:
        """A folder per build on Spark: what it is handed and makes, until that is taken over."""
        return self.data_dir / "spark"

    @property
    def lock_file(self) -> Path:
        """The file on which the one lock of command line, interface and sensor is held."""
        return self.data_dir / "staalkaart.lock"

    @property
    def status_file(self) -> Path:
        """The outcome of the last run, for people and for the watchdog."""
        return self.data_dir / "status.json"

    @property
    def told_dir(self) -> Path:
        """What was last told by e-mail, so that the same is not told every night."""
        return self.data_dir / "told"

    @property
    def answer_changes_file(self) -> Path:
        """The numbers of answers that the last run printed otherwise than before."""
        return self.data_dir / "answer_changes.json"

    @property
    def bulletin_file(self) -> Path:
        """Where the page of the morning bulletin stands unless another file is named."""
        return self.data_dir / "bulletin.html"

    @property
    def retention_log(self) -> Path:
        """Which raw deliveries were removed and when, one line each."""
        return self.data_dir / "retention.jsonl"

    @property
    def logs_dir(self) -> Path:
        """Logs of dbt and of unexpected errors; they only ever see pseudonymised data."""
        return self.data_dir / "logs"

    @property
    def answers_dir(self) -> Path:
        """The folder with one sub-folder per answered question."""
        return self.data_dir / "answers"

    @property
    def dbt_dir(self) -> Path:
        """The dbt project, whose seeds are also read by Python."""
        return self.project_root / "dbt_project"

    @property
    def expectations_dir(self) -> Path:
        """The suites of the gate, one YAML file each."""
        return self.project_root / "expectations"

    @property
    def dagster_home(self) -> Path:
        """Dagster's state: ``DAGSTER_HOME`` or a folder below ``data_dir``."""
        return Path(os.environ.get("DAGSTER_HOME") or self.data_dir / "dagster")


def load_settings(
    raw: Path | None = None,
    data: Path | None = None,
    as_of: date | None = None,
    verify: bool = False,
    project: Path | None = None,
) -> Settings:
    """Return the settings of a run; relative paths are taken from the current folder.

    Args:
        raw: Folder with deliveries; ``STAALKAART_RAW`` or the project's ``data/raw`` when not
            given.
        data: Folder for everything written; ``STAALKAART_DATA`` or the project's ``data`` when
            not given.
        as_of: Rebuild what was known on this date; the newest delivery's date when not given.
        verify: Hash unchanged files again instead of trusting path, size and modification time.
        project: Folder of rules, contracts and suites; this project when not given.
    """
    return Settings(
        raw_dir=(raw or _folder("STAALKAART_RAW") or PROJECT_ROOT / "data" / "raw").resolve(),
        data_dir=(data or _folder("STAALKAART_DATA") or PROJECT_ROOT / "data").resolve(),
        as_of=as_of,
        verify=verify,
        project_root=project or PROJECT_ROOT,
        engine=os.environ.get("STAALKAART_ENGINE", "").strip() or "duckdb",
        spark_command=os.environ.get("STAALKAART_SPARK_COMMAND", "").strip(),
    )


def pseudonym_key_source() -> tuple[str | None, Path | None]:
    """Return ``STAALKAART_KEY`` and ``STAALKAART_KEY_FILE`` as the environment has them."""
    file_name = os.environ.get("STAALKAART_KEY_FILE")
    return os.environ.get("STAALKAART_KEY") or None, Path(file_name) if file_name else None


def holds_secret(text: str) -> bool:
    """Return whether a text holds a secret that stands in the environment itself."""
    values = (os.environ.get(f"STAALKAART_{name}", "").strip() for name in ("KEY", "SMTP_PASSWORD"))
    return any(value and value in text for value in values)


def credentials_dir() -> Path | None:
    """Return the folder in which systemd hands a service its credentials, None outside one."""
    return _folder("CREDENTIALS_DIRECTORY")


def mail_settings() -> MailSettings | None:
    """Return how e-mail is sent, None where the environment names no mail server."""
    host = os.environ.get("STAALKAART_SMTP_HOST", "").strip()
    if not host:
        return None
    names = {
        "port": "PORT",
        "user": "USER",
        "password": "PASSWORD",
        "password_file": "PASSWORD_FILE",
        "starttls": "STARTTLS",
        "sender": "FROM",
        "recipients": "TO",
    }
    given = {
        field: os.environ.get(f"STAALKAART_SMTP_{name}", "").strip()
        for field, name in names.items()
    }
    return MailSettings(host, **given)


def is_schedule_elsewhere() -> bool:
    """Return whether something else than Dagster starts the nightly run, such as systemd."""
    return os.environ.get("STAALKAART_SCHEDULE", "").strip().lower() == "elsewhere"


def silence_telemetry() -> None:
    """Switch off what the libraries would send to their makers; called before they are imported."""
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    os.environ["DBT_SEND_ANONYMOUS_USAGE_STATS"] = "false"
    os.environ["DO_NOT_TRACK"] = "1"


def hand_to_dbt(settings: Settings) -> None:
    """Tell dbt's profile where the build file is; dbt profiles can only ask the environment."""
    silence_telemetry()
    os.environ["STAALKAART_BUILD_FILE"] = str(settings.build_file)


def interface_environment(
    settings: Settings, has_schedule: bool = True, has_secrets: bool = True
) -> dict[str, str]:
    """Return the environment in which Dagster's web interface sees these settings.

    Args:
        settings: The folders.
        has_schedule: Whether Dagster starts the nightly run; if not, something else does.
        has_secrets: Whether it gets the key and the mail password; where nothing can be started it
            needs none.
    """
    elsewhere = {} if has_schedule else {"STAALKAART_SCHEDULE": "elsewhere"}
    kept = {name: text for name, text in os.environ.items() if has_secrets or name not in SECRETS}
    return {
        **kept,
        "DAGSTER_HOME": str(settings.dagster_home),
        "STAALKAART_RAW": str(settings.raw_dir),
        "STAALKAART_DATA": str(settings.data_dir),
        **elsewhere,
    }


def environment_without_secrets(is_our_spark: bool) -> dict[str, str]:
    """Return the environment for Spark's build: this one, without a secret of this project.

    Args:
        is_our_spark: Whether it is the Spark of this project, which must not see another one, and
            whose Java must be able to read any name of a folder.
    """
    kept = {name: text for name, text in os.environ.items() if name not in SECRETS}
    if is_our_spark:
        kept.pop("SPARK_HOME", None)
        kept["LC_ALL"] = "C.UTF-8"
    return kept


def _folder(variable: str) -> Path | None:
    """Return the folder an environment variable names, None when it is unset or empty."""
    value = os.environ.get(variable)
    return Path(value) if value else None


def java_places() -> tuple[str | None, str]:
    """Return where Spark looks for Java: ``JAVA_HOME``, None when not set, and ``PATH``."""
    return os.environ.get("JAVA_HOME") or None, os.environ.get("PATH", "")
