"""Calls every method of the admin client of confluent-kafka; see README.md."""

from confluent_kafka import (
    Consumer,
    ConsumerGroupTopicPartitions,
    ElectionType,
    Producer,
    TopicCollection,
    TopicPartition,
)
from confluent_kafka.admin import (
    AclBinding,
    AclBindingFilter,
    AclOperation,
    AclPermissionType,
    AdminClient,
    AlterConfigOpType,
    ConfigEntry,
    ConfigResource,
    NewPartitions,
    NewTopic,
    OffsetSpec,
    ResourcePatternType,
    ResourceType,
    ScramCredentialInfo,
    ScramMechanism,
    UserScramCredentialDeletion,
    UserScramCredentialUpsertion,
)

from tour import Tour, arguments

bootstrap, pause_ms = arguments()
tour = Tour(AdminClient({"bootstrap.servers": bootstrap}), pause_ms)
call = tour.call
letters = TopicPartition("letters", 0)


def topic(**configs):
    entries = [
        ConfigEntry(name.replace("_", "."), value, incremental_operation=AlterConfigOpType.SET)
        for name, value in configs.items()
    ]
    return ConfigResource(ResourceType.TOPIC, "letters", incremental_configs=entries)


call("cluster_id")
call("describe_cluster", include_authorized_operations=True)
call("create_topics", [NewTopic("letters", 2, 1), NewTopic("bad/name", 1, 1)], operation_timeout=10)
call("create_topics", [NewTopic("letters", 2, 1)], note="again")
call("create_topics", [NewTopic("other", 1, 1)], note="validated only", validate_only=True)
call("create_partitions", [NewPartitions("letters", 3)], operation_timeout=10)
call("create_partitions", [NewPartitions("letters", 1)], note="fewer")
call("list_topics", timeout=10)
call("describe_topics", TopicCollection(["letters", "no-such-topic"]), include_authorized_operations=True)

producer = Producer({"bootstrap.servers": bootstrap})
for number in range(5):
    producer.produce("letters", b"v", partition=0, timestamp=1000 + number)
producer.flush()
call("list_offsets", {letters: OffsetSpec.latest()})
call("list_offsets", {letters: OffsetSpec.earliest()}, note="earliest")
call("list_offsets", {letters: OffsetSpec.max_timestamp()}, note="max timestamp")
call("list_offsets", {letters: OffsetSpec.for_timestamp(1002)}, note="by time")
call("delete_records", [TopicPartition("letters", 0, 2)])
call("delete_records", [TopicPartition("letters", 0, 99)], note="beyond")

call("describe_configs", [ConfigResource(ResourceType.TOPIC, "letters")])
call("incremental_alter_configs", [topic(retention_ms="5000")])
call("incremental_alter_configs", [topic(retention_ms="soon")], note="wrong")
call("alter_configs", [ConfigResource(ResourceType.TOPIC, "letters", set_config={"segment.ms": "6000"})])
call("describe_configs", [ConfigResource(ResourceType.TOPIC, "letters")], note="altered")

acl = AclBinding(
    ResourceType.TOPIC,
    "letters",
    ResourcePatternType.LITERAL,
    "User:alice",
    "*",
    AclOperation.READ,
    AclPermissionType.ALLOW,
)
everything = AclBindingFilter(
    ResourceType.ANY, None, ResourcePatternType.ANY, None, None, AclOperation.ANY, AclPermissionType.ANY
)
call("create_acls", [acl])
call("describe_acls", everything)
call("delete_acls", [everything])
scram = ScramCredentialInfo(ScramMechanism.SCRAM_SHA_256, 4096)
call("alter_user_scram_credentials", [UserScramCredentialUpsertion("alice", scram, b"alice")])
call("describe_user_scram_credentials")
call(
    "alter_user_scram_credentials",
    [UserScramCredentialDeletion("alice", ScramMechanism.SCRAM_SHA_256)],
    note="deletion",
)
call("describe_user_scram_credentials", ["alice"], note="deleted")

consumer = Consumer(
    {"bootstrap.servers": bootstrap, "group.id": "readers", "client.id": "reader", "auto.offset.reset": "earliest"}
)
consumer.subscribe(["letters"])
while consumer.poll(0.1) is None:
    pass
consumer.commit(offsets=[TopicPartition("letters", 0, 4)], asynchronous=False)
call("list_groups", timeout=10)
call("list_consumer_groups")
call("describe_consumer_groups", ["readers"], include_authorized_operations=True)
call("delete_consumer_groups", ["readers"], note="in use")
consumer.close()
call("list_consumer_group_offsets", [ConsumerGroupTopicPartitions("readers")])
call("alter_consumer_group_offsets", [ConsumerGroupTopicPartitions("readers", [TopicPartition("letters", 0, 3)])])
call("list_consumer_group_offsets", [ConsumerGroupTopicPartitions("readers", [letters])], note="altered")
call("delete_consumer_groups", ["readers"])
call("delete_consumer_groups", ["nobody"], note="of nobody")

call("elect_leaders", ElectionType.PREFERRED, [letters])
call("delete_topics", ["letters"], operation_timeout=10)
call("delete_topics", ["letters"], note="again")
call("poll", 0)
call("set_sasl_credentials", "alice", "alice")
tour.end()
