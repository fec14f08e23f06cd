"""Each part beside the database, as the settings choose it."""

from collections.abc import Sequence
from pathlib import Path

from dramatiq import Broker

from application.budgets import Budgets
from application.ports.language_model import LanguageModel
from application.ports.object_store import ObjectStore
from application.ports.subject_keys import SubjectKeys
from domain.spending import Budget
from infrastructure.keys.bucket import KeyBucket
from infrastructure.keys.cache import CachedSubjectKeys
from infrastructure.keys.cells import Cells
from infrastructure.keys.directory import KeyDirectory
from infrastructure.keys.subject_keys import StoredSubjectKeys
from infrastructure.llm.chat_completions.settings import ChatModelSettings, Prices
from infrastructure.llm.planner.planner import BuiltInPlanner
from infrastructure.nsjail.doctor import Finding, probe
from infrastructure.nsjail.limits import MIB, JailLimits
from infrastructure.nsjail.sandbox import NsjailSandbox
from infrastructure.postgres.signed_checkpoints import FOLDER as CHECKPOINTS
from infrastructure.queue.brokers import QuorumBroker, in_process_broker
from infrastructure.queue.jobs import DramatiqJobQueue
from infrastructure.storage.object_store import ObstoreObjectStore, S3Location
from infrastructure.transparency.errors import SigningKeyUnusable
from infrastructure.transparency.keys import SigningKey, new_seed, seed_from, seed_in_file
from interfaces.settings import Settings, revealed


def object_store(settings: Settings) -> ObjectStore:
    """A bucket, or a directory under `home`."""
    if settings.s3_bucket is None:
        return ObstoreObjectStore.local(settings.data_directory.objects)
    return ObstoreObjectStore.s3(
        S3Location(
            bucket=settings.s3_bucket,
            endpoint=settings.s3_endpoint,
            region=settings.s3_region,
            access_key=revealed(settings.s3_access_key),
            secret_key=revealed(settings.s3_secret_key),
            allow_http=settings.s3_allow_http,
        )
    )


def signing_key(settings: Settings) -> SigningKey:
    """The key that signs checkpoints: the given one, or one that is kept under `home`.

    Raises SigningKeyUnusable. A database that several machines share needs a key that is given:
    each would make one of its own.
    """
    if settings.signing_key is not None:
        written = settings.signing_key.get_secret_value()
        seed = seed_from(written, where="DATATRAIL_SIGNING_KEY")
    elif settings.database_url is None:
        path = settings.data_directory.signing_key
        _require_not_lost(path, settings)
        seed = seed_in_file(path)
    else:
        raise SigningKeyUnusable(
            "Set DATATRAIL_SIGNING_KEY: with DATATRAIL_DATABASE_URL the log's checkpoints are "
            "signed with a key that is given. Make one with: datatrail keys new"
        )
    return SigningKey(settings.log_origin, seed)


def _require_not_lost(path: Path, settings: Settings) -> None:
    """Raise SigningKeyUnusable if the log was signed and its key is gone: no other may stand in."""
    signed = settings.data_directory.objects / CHECKPOINTS
    if signed.is_dir() and not path.exists():
        raise SigningKeyUnusable(
            f"The log's signing key {path} is gone, and auditors know the log by it: restore it "
            "from a backup, or set DATATRAIL_SIGNING_KEY if it was given. If it is lost, make "
            f"another with: (umask 077; datatrail keys new > {path})"
        )


def new_signing_key() -> str:
    """A fresh private key, as DATATRAIL_SIGNING_KEY takes it."""
    return new_seed()


def subject_keys(settings: Settings) -> SubjectKeys:
    """The keys of subjects: in a bucket of their own, or in a directory under `home`."""
    if settings.keys_bucket is None:
        cells: Cells = KeyDirectory(settings.data_directory.subject_keys)
    else:
        cells = key_bucket(settings, settings.keys_bucket)
    return CachedSubjectKeys(StoredSubjectKeys(cells))


def key_bucket(settings: Settings, bucket: str) -> KeyBucket:
    """The bucket of keys, entered as the settings say."""
    return KeyBucket(
        S3Location(
            bucket=bucket,
            endpoint=settings.keys_endpoint or settings.s3_endpoint,
            region=settings.keys_region or settings.s3_region,
            access_key=revealed(settings.keys_access_key or settings.s3_access_key),
            secret_key=revealed(settings.keys_secret_key or settings.s3_secret_key),
            allow_http=settings.s3_allow_http,
        )
    )


def language_model(settings: Settings) -> LanguageModel:
    """The endpoint that is configured, or the built-in planner."""
    if settings.model_base_url is None or settings.model_name is None:
        return BuiltInPlanner()
    # Its client takes half a second to import, which most processes do not need.
    from infrastructure.llm.chat_completions.model import ChatModel  # noqa: PLC0415

    return ChatModel(
        ChatModelSettings(
            base_url=settings.model_base_url,
            api_key=revealed(settings.model_api_key) or None,
            model=settings.model_name,
            timeout_seconds=settings.model_timeout_seconds,
            prices=_prices(settings),
        )
    )


def fallback(settings: Settings) -> LanguageModel | None:
    """What plans while the configured endpoint is away; None if none is configured."""
    return None if settings.model_base_url is None else BuiltInPlanner()


def _prices(settings: Settings) -> Prices | None:
    if settings.model_input_price is None or settings.model_output_price is None:
        return None
    return Prices(input=settings.model_input_price, output=settings.model_output_price)


def budgets(settings: Settings) -> Budgets:
    """What may be spent on language models."""
    return Budgets(
        turn=Budget(
            calls=settings.budget_turn_calls,
            tokens=settings.budget_turn_tokens,
            cost=settings.budget_turn_cost,
            seconds=settings.budget_turn_seconds,
        ),
        session=Budget(
            calls=settings.budget_session_calls,
            tokens=settings.budget_session_tokens,
            cost=settings.budget_session_cost,
        ),
        owner=Budget(
            calls=settings.budget_owner_calls,
            tokens=settings.budget_owner_tokens,
            cost=settings.budget_owner_cost,
        ),
    )


def sandbox(settings: Settings, scratch: Path | None = None, *, waiting: int = 0) -> NsjailSandbox:
    """Jails under the configured limits, `waiting` of them kept ready until it is closed.

    The files of a running job live in `scratch`. Limits that would be reached before those that an
    operator has raised are raised with them.
    """
    memory_bytes, least = settings.jail_memory_mb * MIB, JailLimits()
    return NsjailSandbox(
        JailLimits(
            memory_bytes=memory_bytes,
            table_bytes=max(least.table_bytes, memory_bytes),
            result_bytes=max(least.result_bytes, memory_bytes // 4),
            wall_seconds=settings.jail_wall_seconds,
            cpu_seconds=max(least.cpu_seconds, settings.jail_wall_seconds // 2),
        ),
        scratch,
        waiting=waiting,
    )


def jail_findings(settings: Settings) -> Sequence[Finding]:
    """What this machine offers to jails, each part and then a whole one."""
    return probe(sandbox(settings))


def job_broker(settings: Settings) -> Broker:
    """RabbitMQ, or the memory of this process."""
    if settings.amqp_url is None:
        return in_process_broker()
    return QuorumBroker(settings.amqp_url.get_secret_value())


def check_queue(settings: Settings) -> None:
    """Raise QueueUnavailable unless the configured broker answers; one in process always does."""
    broker = job_broker(settings)
    try:
        DramatiqJobQueue(broker, settings.amqp_queue).check()
    finally:
        broker.close()
