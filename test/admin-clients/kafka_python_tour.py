"""Calls every method of the admin client of kafka-python; see README.md."""

from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from kafka.admin import (
    ACL,
    ACLFilter,
    ACLOperation,
    ACLPermissionType,
    ACLResourcePatternType,
    AbortTransactionSpec,
    ConfigResource,
    ConfigResourceType,
    KafkaAdminClient,
    MemberToRemove,
    NewPartitions,
    NewTopic,
    OffsetSpec,
    OffsetTimestamp,
    ResourcePattern,
    ResourcePatternFilter,
    ResourceType,
    ScramMechanism,
    UpdateFeatureType,
    UserScramCredentialDeletion,
    UserScramCredentialUpsertion,
)
from kafka.structs import OffsetAndMetadata

from tour import Tour, arguments

bootstrap, pause_ms = arguments()
tour = Tour(KafkaAdminClient(bootstrap_servers=bootstrap), pause_ms)
call = tour.call
letters = TopicPartition("letters", 0)
topic = ConfigResource(ConfigResourceType.TOPIC, "letters", {"retention.ms": "5000"})

call("api_versions")
call("get_broker_version_data", 1)
call("describe_cluster")
call("describe_features")
call("describe_metadata_quorum")
call("update_features", {"transaction.version": (2, UpdateFeatureType.UPGRADE)}, validate_only=True)

call("create_topics", [NewTopic("letters", 2, 1)])
call("create_topics", [NewTopic("letters", 2, 1)], note="again")
call("create_topics", {"orders": {"num_partitions": 1, "replication_factor": 1}}, note="validated only", validate_only=True)
call("wait_for_topics", ["letters"])
call("create_partitions", {"letters": NewPartitions(3)})
call("create_partitions", {"letters": NewPartitions(1)}, note="fewer")
call("list_topics")
call("describe_topics", ["letters"])
call("describe_topic_partitions", ["letters"])

producer = KafkaProducer(bootstrap_servers=bootstrap)
for number in range(5):
    producer.send("letters", b"v", partition=0, timestamp_ms=1000 + number).get(30)
producer.close()
call("list_partition_offsets", {letters: OffsetSpec.LATEST})
call("list_partition_offsets", {letters: OffsetSpec.EARLIEST}, note="earliest")
call("list_partition_offsets", {letters: OffsetTimestamp(1002)}, note="by time")
call("delete_records", {letters: 2})
call("delete_records", {letters: 99}, note="beyond")

call("describe_configs", [topic])
call("alter_configs", [topic])
call("alter_configs", [ConfigResource(ConfigResourceType.TOPIC, "letters", {"retention.ms": "soon"})], note="wrong")
call("describe_configs", [topic], note="altered", include_synonyms=True)
call("describe_configs", [topic], note="all", config_filter="all")
call("reset_configs", [topic])
call("describe_configs", [topic], note="reset")
call("list_config_resources")

acl = ACL("User:alice", "*", ACLOperation.READ, ACLPermissionType.ALLOW, ResourcePattern(ResourceType.TOPIC, "letters"))
everything = ACLFilter(None, None, ACLOperation.ANY, ACLPermissionType.ANY, ResourcePatternFilter(ResourceType.ANY, None, ACLResourcePatternType.ANY))
call("create_acls", [acl])
call("describe_acls", everything)
call("delete_acls", [everything])
call("alter_user_scram_credentials", [UserScramCredentialUpsertion("alice", ScramMechanism.SCRAM_SHA_256, "alice", 4096)])
call("describe_user_scram_credentials")
call("alter_user_scram_credentials", [UserScramCredentialDeletion("alice", ScramMechanism.SCRAM_SHA_256)], note="deletion")
call("describe_user_scram_credentials", ["alice"], note="deleted")

consumer = KafkaConsumer("letters", bootstrap_servers=bootstrap, group_id="readers", client_id="reader", auto_offset_reset="earliest", enable_auto_commit=False)
while not consumer.poll(100):
    pass
consumer.commit({letters: OffsetAndMetadata(4, "note", -1)})
call("list_groups")
call("describe_groups", ["readers", "nobody"])
call("delete_groups", ["readers"], note="in use")
call("remove_group_members", "readers", [MemberToRemove(group_instance_id="no-such-instance")])
consumer.close()
call("list_group_offsets", {"readers": None})
call("alter_group_offsets", "readers", {letters: OffsetAndMetadata(3, "", -1)})
call("reset_group_offsets", "readers", {letters: OffsetSpec.LATEST})
call("list_group_offsets", {"readers": [letters]}, note="reset")
call("delete_group_offsets", "readers", [letters])
call("delete_groups", ["readers"])
call("delete_groups", ["nobody"], note="of nobody")

transactional = KafkaProducer(bootstrap_servers=bootstrap, transactional_id="tx")
transactional.init_transactions()
transactional.begin_transaction()
transactional.send("letters", b"v", partition=1).get(30)
call("list_transactions")
call("describe_transactions", ["tx"])
open_transaction = call("describe_producers", [TopicPartition("letters", 1)])
call("find_hanging_transactions")
state = next(iter(open_transaction.values()))
producers = getattr(state, "active_producers", state)
call("abort_transaction", AbortTransactionSpec(TopicPartition("letters", 1), producers[0].producer_id, producers[0].producer_epoch, 0))
call("describe_transactions", ["nobody"], note="of nobody")

call("elect_leaders", 0, {letters}, raise_errors=False)
call("alter_partition_reassignments", {letters: [1]})
call("alter_partition_reassignments", {letters: [7]}, note="elsewhere")
call("list_partition_reassignments")
call("describe_log_dirs")
call("alter_replica_log_dirs", {("letters", 0, 1): "/no/such/directory"})
call("delete_topics", ["letters"])
call("delete_topics", ["letters"], note="again")
call("list_topics", note="at the end")
call("close")
tour.end()
