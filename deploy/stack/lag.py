"""How far each consumer group is behind."""

from aiokafka import AIOKafkaConsumer
from aiokafka.admin import AIOKafkaAdminClient


async def lag_by_group(bootstrap: str) -> dict[str, int]:
    """Events behind the end of the topics, by group."""
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    reader = AIOKafkaConsumer(bootstrap_servers=bootstrap)
    await admin.start()
    await reader.start()
    try:
        found: dict[str, int] = {}
        for group in [listed[0] for listed in await admin.list_consumer_groups()]:
            offsets = await admin.list_consumer_group_offsets(group)
            ends = await reader.end_offsets(list(offsets)) if offsets else {}
            found[group] = sum(max(0, end - offsets[partition].offset) for partition, end in ends.items())
        return found
    finally:
        await reader.stop()
        await admin.close()
