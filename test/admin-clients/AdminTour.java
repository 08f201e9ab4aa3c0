import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.*;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.ElectionType;
import org.apache.kafka.common.GroupType;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicCollection;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionReplica;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.acl.*;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.quota.*;
import org.apache.kafka.common.resource.*;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Calls every method of the Admin of Apache Kafka's client against one broker and prints each call, after a dollar sign, with what it
 * returns. Reflection tells at the end which methods nobody has called.
 *
 * The arguments are the address of an open listener, the address of one with SASL PLAIN, and the pause after each change in milliseconds.
 */
public final class AdminTour {
    private static final Set<String> CALLED = new TreeSet<>();
    private static final TopicPartition LETTERS = new TopicPartition("letters", 0);
    private static final ConfigResource TOPIC = new ConfigResource(ConfigResource.Type.TOPIC, "letters");
    private static long pauseMs;

    public static void main(String[] args) throws Exception {
        pauseMs = Long.parseLong(args[2]);
        Map<String, Object> open = Map.of("bootstrap.servers", args[0]);
        try (Admin admin = recorded(Admin.create(open))) {
            cluster(admin);
            topics(admin, args[0]);
            configs(admin);
            security(admin);
            consumerGroups(admin, args[0]);
            otherGroups(admin, args[0]);
            transactions(admin, args[0]);
            partitions(admin);
            end(admin);
        }
        Map<String, Object> secured = Map.of("bootstrap.servers", args[1], "security.protocol", "SASL_PLAINTEXT", "sasl.mechanism", "PLAIN",
            "sasl.jaas.config", "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"admin\" password=\"admin\";");
        try (Admin admin = recorded(Admin.create(secured))) {
            tokens(admin);
        }
        Set<String> all = Arrays.stream(Admin.class.getMethods()).filter(method -> !Modifier.isStatic(method.getModifiers()))
            .map(Method::getName).collect(Collectors.toCollection(TreeSet::new));
        all.removeAll(CALLED);
        System.out.println("$ never called\n" + all);
        Runtime.getRuntime().halt(0);
    }

    private static void cluster(Admin admin) {
        DescribeClusterResult cluster = admin.describeCluster(new DescribeClusterOptions().includeAuthorizedOperations(true));
        say("describeCluster nodes", () -> cluster.nodes().get());
        say("describeCluster controller", () -> cluster.controller().get());
        say("describeCluster operations", () -> new TreeSet<>(cluster.authorizedOperations().get()));
        say("describeFeatures", () -> {
            FeatureMetadata features = admin.describeFeatures().featureMetadata().get();
            return new TreeMap<>(features.finalizedFeatures()) + " of " + new TreeMap<>(features.supportedFeatures());
        });
        say("updateFeatures", () -> admin.updateFeatures(Map.of("transaction.version", new FeatureUpdate((short) 1, FeatureUpdate.UpgradeType.SAFE_DOWNGRADE)),
            new UpdateFeaturesOptions().validateOnly(true)).all().get());
        say("updateFeatures beyond", () -> admin.updateFeatures(Map.of("transaction.version", new FeatureUpdate((short) 9, FeatureUpdate.UpgradeType.UPGRADE)),
            new UpdateFeaturesOptions()).all().get());
        say("describeMetadataQuorum", () -> {
            QuorumInfo quorum = admin.describeMetadataQuorum().quorumInfo().get();
            return quorum.leaderId() + " of " + quorum.voters().size() + " voters, " + quorum.observers().size() + " observers";
        });
        say("addRaftVoter", () -> admin.addRaftVoter(7, Uuid.ONE_UUID, Set.of(new RaftVoterEndpoint("CONTROLLER", "127.0.0.1", 1))).all().get());
        say("removeRaftVoter", () -> admin.removeRaftVoter(7, Uuid.ONE_UUID).all().get());
        say("unregisterBroker", () -> admin.unregisterBroker(7).all().get());
        say("metrics", () -> !admin.metrics().isEmpty());
    }

    private static void topics(Admin admin, String bootstrap) {
        say("createTopics", () -> {
            CreateTopicsResult result = admin.createTopics(List.of(new NewTopic("letters", 2, (short) 1).configs(Map.of("retention.ms", "100000"))));
            return result.numPartitions("letters").get() + " partitions, " + result.replicationFactor("letters").get() + " replicas, "
                + entries(result.config("letters").get());
        });
        say("createTopics again", () -> admin.createTopics(List.of(new NewTopic("letters", 2, (short) 1))).all().get());
        say("createTopics validateOnly", () -> admin.createTopics(List.of(new NewTopic("other", Optional.empty(), Optional.empty())),
            new CreateTopicsOptions().validateOnly(true)).all().get());
        say("createTopics assigned", () -> admin.createTopics(List.of(new NewTopic("assigned", Map.of(0, List.of(1))))).all().get());
        say("createTopics nowhere", () -> admin.createTopics(List.of(new NewTopic("nowhere", Map.of(0, List.of(7))))).all().get());
        say("createTopics wrong config", () -> admin.createTopics(List.of(new NewTopic("wrong", 1, (short) 1).configs(Map.of("retention.ms", "soon")))).all().get());
        say("listTopics", () -> new TreeSet<>(admin.listTopics().names().get()));
        say("listTopics internal", () -> new TreeMap<>(admin.listTopics(new ListTopicsOptions().listInternal(true)).namesToListings().get()).values()
            .stream().map(topic -> topic.name() + " " + topic.isInternal()).toList());
        say("describeTopics", () -> described(admin.describeTopics(List.of("letters"), new DescribeTopicsOptions().includeAuthorizedOperations(true)).allTopicNames().get().values()));
        say("describeTopics by id", () -> {
            Uuid id = admin.describeTopics(List.of("letters")).allTopicNames().get().get("letters").topicId();
            return described(admin.describeTopics(TopicCollection.ofTopicIds(List.of(id))).allTopicIds().get().values());
        });
        say("describeTopics missing", () -> admin.describeTopics(List.of("no-such-topic")).allTopicNames().get());
        say("describeTopics missing id", () -> admin.describeTopics(TopicCollection.ofTopicIds(List.of(new Uuid(1, 2)))).allTopicIds().get());
        say("createPartitions", () -> admin.createPartitions(Map.of("letters", NewPartitions.increaseTo(3))).all().get());
        say("createPartitions fewer", () -> admin.createPartitions(Map.of("letters", NewPartitions.increaseTo(1))).all().get());
        say("createPartitions assigned", () -> admin.createPartitions(Map.of("letters", NewPartitions.increaseTo(4, List.of(List.of(7))))).all().get());
        say("produce", () -> {
            produce(bootstrap);
            return null;
        });
        say("listOffsets", () -> admin.listOffsets(Map.of(LETTERS, OffsetSpec.latest())).partitionResult(LETTERS).get().offset());
        say("listOffsets earliest", () -> admin.listOffsets(Map.of(LETTERS, OffsetSpec.earliest())).partitionResult(LETTERS).get().offset());
        say("listOffsets max timestamp", () -> admin.listOffsets(Map.of(LETTERS, OffsetSpec.maxTimestamp())).partitionResult(LETTERS).get().offset());
        say("listOffsets local", () -> admin.listOffsets(Map.of(LETTERS, OffsetSpec.earliestLocal())).partitionResult(LETTERS).get().offset());
        say("listOffsets tiered", () -> admin.listOffsets(Map.of(LETTERS, OffsetSpec.latestTiered())).partitionResult(LETTERS).get().offset());
        say("listOffsets pending upload", () -> admin.listOffsets(Map.of(LETTERS, OffsetSpec.earliestPendingUpload())).partitionResult(LETTERS).get().offset());
        say("listOffsets by time", () -> admin.listOffsets(Map.of(LETTERS, OffsetSpec.forTimestamp(0))).partitionResult(LETTERS).get().offset());
        say("deleteRecords", () -> admin.deleteRecords(Map.of(LETTERS, RecordsToDelete.beforeOffset(2))).lowWatermarks().get(LETTERS).get().lowWatermark());
        say("deleteRecords beyond", () -> admin.deleteRecords(Map.of(LETTERS, RecordsToDelete.beforeOffset(99))).all().get());
        say("listOffsets after deletion", () -> admin.listOffsets(Map.of(LETTERS, OffsetSpec.earliest()), new ListOffsetsOptions()).all().get().get(LETTERS).offset());
    }

    private static void configs(Admin admin) {
        ConfigResource broker = new ConfigResource(ConfigResource.Type.BROKER, "1");
        ConfigResource all = new ConfigResource(ConfigResource.Type.BROKER, "");
        ConfigResource group = new ConfigResource(ConfigResource.Type.GROUP, "readers");
        ConfigResource metrics = new ConfigResource(ConfigResource.Type.CLIENT_METRICS, "watch");
        ConfigResource logger = new ConfigResource(ConfigResource.Type.BROKER_LOGGER, "1");
        AlterConfigOp.OpType set = AlterConfigOp.OpType.SET;
        for (ConfigResource resource : List.of(TOPIC, group, metrics, broker, all)) describeConfigs(admin, resource);
        alter(admin, TOPIC, set, "cleanup.policy", "compact");
        alter(admin, TOPIC, AlterConfigOp.OpType.APPEND, "cleanup.policy", "delete");
        alter(admin, TOPIC, AlterConfigOp.OpType.SUBTRACT, "cleanup.policy", "compact");
        alter(admin, TOPIC, AlterConfigOp.OpType.APPEND, "cleanup.policy", "burn");
        alter(admin, TOPIC, AlterConfigOp.OpType.APPEND, "retention.ms", "1");
        alter(admin, TOPIC, AlterConfigOp.OpType.DELETE, "retention.ms", "");
        alter(admin, TOPIC, set, "no.such.config", "1");
        alter(admin, group, set, "consumer.session.timeout.ms", "50000");
        alter(admin, metrics, set, "interval.ms", "1000");
        alter(admin, all, set, "log.retention.ms", "7200000");
        alter(admin, broker, set, "log.cleaner.threads", "2");
        alter(admin, broker, set, "node.id", "2");
        alter(admin, logger, set, "root", "WARN");
        alter(admin, logger, set, "root", "LOUD");
        say("incrementalAlterConfigs validateOnly", () -> admin.incrementalAlterConfigs(
            Map.of(TOPIC, List.of(new AlterConfigOp(new ConfigEntry("segment.ms", "5"), set))), new AlterConfigsOptions().validateOnly(true)).all().get());
        say("incrementalAlterConfigs validateOnly, wrong", () -> admin.incrementalAlterConfigs(
            Map.of(TOPIC, List.of(new AlterConfigOp(new ConfigEntry("segment.ms", "0"), set))), new AlterConfigsOptions().validateOnly(true)).all().get());
        for (ConfigResource resource : List.of(TOPIC, group, metrics, broker, all)) describeConfigs(admin, resource);
        say("describeConfigs of a logger", () -> admin.describeConfigs(List.of(logger)).all().get().get(logger).get("root"));
        say("describeConfigs of a missing topic", () -> admin.describeConfigs(List.of(new ConfigResource(ConfigResource.Type.TOPIC, "no-such-topic"))).all().get());
        for (ConfigResource.Type type : ConfigResource.Type.values()) {
            say("listConfigResources " + type, () -> admin.listConfigResources(Set.of(type), new ListConfigResourcesOptions()).all().get().stream().map(Object::toString).sorted().toList());
        }
        say("listClientMetricsResources", () -> admin.listClientMetricsResources().all().get());
    }

    private static void describeConfigs(Admin admin, ConfigResource resource) {
        DescribeConfigsOptions options = new DescribeConfigsOptions().includeSynonyms(true).includeDocumentation(true);
        say("describeConfigs " + resource, () -> entries(admin.describeConfigs(List.of(resource), options).all().get().get(resource)));
    }

    private static void alter(Admin admin, ConfigResource resource, AlterConfigOp.OpType operation, String name, String value) {
        say("incrementalAlterConfigs " + resource + " " + operation + " " + name + " " + value,
            () -> admin.incrementalAlterConfigs(Map.of(resource, List.of(new AlterConfigOp(new ConfigEntry(name, value), operation)))).all().get());
    }

    private static void security(Admin admin) {
        AclBinding allow = new AclBinding(new ResourcePattern(ResourceType.TOPIC, "letters", PatternType.LITERAL),
            new AccessControlEntry("User:alice", "*", AclOperation.READ, AclPermissionType.ALLOW));
        AclBinding deny = new AclBinding(new ResourcePattern(ResourceType.GROUP, "re", PatternType.PREFIXED),
            new AccessControlEntry("User:bob", "10.0.0.1", AclOperation.ALL, AclPermissionType.DENY));
        say("createAcls", () -> admin.createAcls(List.of(allow, deny)).all().get());
        say("createAcls wrong", () -> admin.createAcls(List.of(new AclBinding(new ResourcePattern(ResourceType.CLUSTER, "elsewhere", PatternType.LITERAL), allow.entry()))).all().get());
        say("describeAcls", () -> admin.describeAcls(AclBindingFilter.ANY).values().get().stream().map(Object::toString).sorted().toList());
        say("deleteAcls", () -> admin.deleteAcls(List.of(deny.toFilter())).all().get());
        say("deleteAcls none", () -> admin.deleteAcls(List.of(deny.toFilter())).all().get());
        ClientQuotaEntity alice = new ClientQuotaEntity(Map.of(ClientQuotaEntity.USER, "alice"));
        say("alterClientQuotas", () -> admin.alterClientQuotas(List.of(new ClientQuotaAlteration(alice,
            List.of(new ClientQuotaAlteration.Op("producer_byte_rate", 1000.0), new ClientQuotaAlteration.Op("request_percentage", 50.5))))).all().get());
        say("alterClientQuotas wrong", () -> admin.alterClientQuotas(List.of(new ClientQuotaAlteration(alice,
            List.of(new ClientQuotaAlteration.Op("no_such_rate", 1000.0)))), new AlterClientQuotasOptions().validateOnly(true)).all().get());
        say("describeClientQuotas", () -> quotas(admin, ClientQuotaFilter.all()));
        say("describeClientQuotas strictly", () -> quotas(admin, ClientQuotaFilter.containsOnly(List.of(ClientQuotaFilterComponent.ofEntity("user", "alice")))));
        say("describeClientQuotas of defaults", () -> quotas(admin, ClientQuotaFilter.contains(List.of(ClientQuotaFilterComponent.ofDefaultEntity("user")))));
        say("alterUserScramCredentials", () -> admin.alterUserScramCredentials(List.of(
            new UserScramCredentialUpsertion("alice", new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_256, 5000), "alice"),
            new UserScramCredentialUpsertion("bob", new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, 4096), "bob"))).all().get());
        say("alterUserScramCredentials weak", () -> admin.alterUserScramCredentials(List.of(
            new UserScramCredentialUpsertion("alice", new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_256, 1), "alice"))).all().get());
        say("describeUserScramCredentials", () -> new TreeMap<>(admin.describeUserScramCredentials().all().get()));
        say("describeUserScramCredentials of nobody", () -> admin.describeUserScramCredentials(List.of("nobody")).all().get());
        say("alterUserScramCredentials delete", () -> admin.alterUserScramCredentials(List.of(new UserScramCredentialDeletion("alice", ScramMechanism.SCRAM_SHA_256))).all().get());
        say("alterUserScramCredentials delete again", () -> admin.alterUserScramCredentials(List.of(new UserScramCredentialDeletion("alice", ScramMechanism.SCRAM_SHA_256))).all().get());
    }

    private static void consumerGroups(Admin admin, String bootstrap) throws Exception {
        for (String protocol : List.of("classic", "consumer")) {
            String id = protocol + "-group";
            try (KafkaConsumer<String, String> consumer = new KafkaConsumer<>(Map.of("bootstrap.servers", bootstrap, "group.id", id, "group.protocol", protocol,
                "auto.offset.reset", "earliest", "client.id", "reader"), new StringDeserializer(), new StringDeserializer())) {
                consumer.subscribe(List.of("letters"));
                while (consumer.poll(Duration.ofMillis(100)).isEmpty()) continue;
                consumer.commitSync(Map.of(LETTERS, new OffsetAndMetadata(4, "note")));
                say("describeConsumerGroups " + protocol, () -> admin.describeConsumerGroups(List.of(id),
                    new DescribeConsumerGroupsOptions().includeAuthorizedOperations(true)).all().get().values().stream().map(AdminTour::described).toList());
                say("describeClassicGroups " + protocol, () -> admin.describeClassicGroups(List.of(id)).all().get().values().stream()
                    .map(group -> group.groupId() + " " + group.protocol() + " " + group.state() + " " + group.members().size()).toList());
                say("deleteConsumerGroups in use " + protocol, () -> admin.deleteConsumerGroups(List.of(id)).all().get());
                say("alterConsumerGroupOffsets in use " + protocol, () -> admin.alterConsumerGroupOffsets(id, Map.of(LETTERS, new OffsetAndMetadata(3))).all().get());
                say("removeMembersFromConsumerGroup " + protocol, () -> admin.removeMembersFromConsumerGroup(id,
                    new RemoveMembersFromConsumerGroupOptions(List.of(new MemberToRemove("no-such-instance")))).all().get());
                say("removeMembersFromConsumerGroup all " + protocol, () -> admin.removeMembersFromConsumerGroup(id, new RemoveMembersFromConsumerGroupOptions()).all().get());
            }
            say("listConsumerGroupOffsets " + protocol, () -> admin.listConsumerGroupOffsets(id).partitionsToOffsetAndMetadata().get().get(LETTERS));
            say("alterConsumerGroupOffsets " + protocol, () -> admin.alterConsumerGroupOffsets(id, Map.of(LETTERS, new OffsetAndMetadata(3))).all().get());
            say("listConsumerGroupOffsets of several " + protocol, () -> admin.listConsumerGroupOffsets(
                Map.of(id, new ListConsumerGroupOffsetsSpec().topicPartitions(List.of(LETTERS)))).all().get());
            say("deleteConsumerGroupOffsets " + protocol, () -> admin.deleteConsumerGroupOffsets(id, Set.of(LETTERS)).all().get());
        }
        say("describeConsumerGroups of nobody", () -> admin.describeConsumerGroups(List.of("nobody")).all().get());
        say("describeClassicGroups of nobody", () -> admin.describeClassicGroups(List.of("nobody")).all().get());
        say("listConsumerGroups", () -> admin.listConsumerGroups().all().get().stream().map(group -> group.groupId() + " " + group.type() + " " + group.groupState()).sorted().toList());
        say("listGroups", () -> admin.listGroups().all().get().stream().map(group -> group.groupId() + " " + group.type() + " " + group.protocol() + " " + group.groupState()).sorted().toList());
        say("listGroups of a type", () -> admin.listGroups(new ListGroupsOptions().withTypes(Set.of(GroupType.CONSUMER))).all().get().stream().map(GroupListing::groupId).sorted().toList());
        say("deleteConsumerGroups", () -> admin.deleteConsumerGroups(List.of("classic-group", "consumer-group")).all().get());
        say("deleteConsumerGroups of nobody", () -> admin.deleteConsumerGroups(List.of("nobody")).all().get());
    }

    private static void otherGroups(Admin admin, String bootstrap) throws Exception {
        alter(admin, new ConfigResource(ConfigResource.Type.GROUP, "queue"), AlterConfigOp.OpType.SET, "share.auto.offset.reset", "earliest");
        try (KafkaShareConsumer<String, String> consumer = new KafkaShareConsumer<>(Map.of("bootstrap.servers", bootstrap, "group.id", "queue", "client.id", "taker"),
            new StringDeserializer(), new StringDeserializer())) {
            consumer.subscribe(List.of("letters"));
            while (consumer.poll(Duration.ofMillis(100)).isEmpty()) continue;
            consumer.commitSync();
            say("describeShareGroups", () -> admin.describeShareGroups(List.of("queue")).all().get().values().stream()
                .map(group -> group.groupId() + " " + group.groupState() + " " + group.members().stream().map(member -> member.clientId() + " " + sorted(member.assignment().topicPartitions())).toList()).toList());
            say("deleteShareGroups in use", () -> admin.deleteShareGroups(List.of("queue")).all().get());
        }
        TopicPartition other = new TopicPartition("letters", 1);
        say("alterShareGroupOffsets", () -> admin.alterShareGroupOffsets("queue", Map.of(LETTERS, 3L)).all().get());
        say("listShareGroupOffsets", () -> admin.listShareGroupOffsets(Map.of("queue", new ListShareGroupOffsetsSpec().topicPartitions(List.of(LETTERS, other)))).all().get().get("queue").get(LETTERS));
        say("deleteShareGroupOffsets", () -> admin.deleteShareGroupOffsets("queue", Set.of("letters")).all().get());
        say("deleteShareGroups", () -> admin.deleteShareGroups(List.of("queue")).all().get());
        say("describeShareGroups of nobody", () -> admin.describeShareGroups(List.of("nobody")).all().get());
        say("alterShareGroupOffsets of nobody", () -> admin.alterShareGroupOffsets("nobody", Map.of(LETTERS, 3L)).all().get());
        say("describeStreamsGroups", () -> admin.describeStreamsGroups(List.of("nobody")).all().get());
        say("alterStreamsGroupOffsets", () -> admin.alterStreamsGroupOffsets("streams", Map.of(LETTERS, new OffsetAndMetadata(3))).all().get());
        say("listStreamsGroupOffsets", () -> admin.listStreamsGroupOffsets(Map.of("streams", new ListStreamsGroupOffsetsSpec().topicPartitions(List.of(LETTERS)))).all().get());
        say("deleteStreamsGroupOffsets", () -> admin.deleteStreamsGroupOffsets("streams", Set.of(LETTERS)).all().get());
        say("deleteStreamsGroups", () -> admin.deleteStreamsGroups(List.of("streams")).all().get());
    }

    private static void transactions(Admin admin, String bootstrap) {
        KafkaProducer<String, String> producer = new KafkaProducer<>(Map.of("bootstrap.servers", bootstrap, "transactional.id", "tx", "transaction.timeout.ms", 50000),
            new StringSerializer(), new StringSerializer());
        TopicPartition other = new TopicPartition("letters", 1);
        producer.initTransactions();
        producer.beginTransaction();
        producer.send(new ProducerRecord<>("letters", 1, "k", "v"));
        producer.flush();
        say("describeTransactions", () -> {
            TransactionDescription transaction = admin.describeTransactions(List.of("tx")).all().get().get("tx");
            return transaction.state() + " " + transaction.transactionTimeoutMs() + " " + transaction.topicPartitions() + " " + transaction.producerEpoch();
        });
        say("listTransactions", () -> admin.listTransactions(new ListTransactionsOptions()).all().get().stream().map(transaction -> transaction.transactionalId() + " " + transaction.state()).toList());
        say("describeProducers", () -> admin.describeProducers(List.of(other)).all().get().get(other).activeProducers().stream()
            .map(state -> state.producerEpoch() + " " + state.lastSequence() + " " + state.coordinatorEpoch() + " " + state.currentTransactionStartOffset()).toList());
        say("abortTransaction", () -> {
            ProducerState state = admin.describeProducers(List.of(other)).all().get().get(other).activeProducers().get(0);
            return admin.abortTransaction(new AbortTransactionSpec(other, state.producerId(), (short) state.producerEpoch(), 0)).all().get();
        });
        say("describeProducers after the abort", () -> admin.describeProducers(List.of(other)).all().get().get(other).activeProducers().stream()
            .map(state -> state.producerEpoch() + " " + state.currentTransactionStartOffset()).toList());
        say("fenceProducers", () -> admin.fenceProducers(List.of("tx")).all().get());
        say("fenceProducers epoch", () -> admin.fenceProducers(List.of("tx")).epochId("tx").get());
        say("forceTerminateTransaction", () -> admin.forceTerminateTransaction("tx").result().get());
        say("describeTransactions of nobody", () -> admin.describeTransactions(List.of("nobody")).all().get());
        producer.close(Duration.ZERO);
    }

    private static void partitions(Admin admin) {
        TopicPartitionReplica replica = new TopicPartitionReplica("letters", 0, 1);
        say("electLeaders", () -> admin.electLeaders(ElectionType.PREFERRED, Set.of(LETTERS)).partitions().get());
        say("electLeaders all", () -> admin.electLeaders(ElectionType.UNCLEAN, null).partitions().get());
        say("alterPartitionReassignments", () -> admin.alterPartitionReassignments(Map.of(LETTERS, Optional.of(new NewPartitionReassignment(List.of(1))))).all().get());
        say("alterPartitionReassignments elsewhere", () -> admin.alterPartitionReassignments(Map.of(LETTERS, Optional.of(new NewPartitionReassignment(List.of(7))))).all().get());
        say("alterPartitionReassignments cancel", () -> admin.alterPartitionReassignments(Map.of(LETTERS, Optional.empty())).all().get());
        say("listPartitionReassignments", () -> admin.listPartitionReassignments().reassignments().get());
        say("describeLogDirs", () -> admin.describeLogDirs(List.of(1)).allDescriptions().get().get(1).values().stream()
            .map(directory -> directory.error() + " " + directory.replicaInfos().keySet().stream().map(Object::toString).filter(name -> name.startsWith("letters")).sorted().toList()).toList());
        say("describeReplicaLogDirs", () -> admin.describeReplicaLogDirs(List.of(replica)).all().get().get(replica).getFutureReplicaLogDir());
        say("alterReplicaLogDirs", () -> {
            String directory = admin.describeReplicaLogDirs(List.of(replica)).all().get().get(replica).getCurrentReplicaLogDir();
            return admin.alterReplicaLogDirs(Map.of(replica, directory)).all().get();
        });
        say("alterReplicaLogDirs elsewhere", () -> admin.alterReplicaLogDirs(Map.of(replica, "/no/such/directory")).all().get());
    }

    private static void end(Admin admin) {
        say("registerMetricForSubscription", () -> {
            var metric = (org.apache.kafka.common.metrics.KafkaMetric) admin.metrics().values().iterator().next();
            admin.registerMetricForSubscription(metric);
            admin.unregisterMetricFromSubscription(metric);
            return null;
        });
        say("clientInstanceId", () -> admin.clientInstanceId(Duration.ofSeconds(5)).getClass().getSimpleName());
        say("deleteTopics", () -> admin.deleteTopics(List.of("assigned")).all().get());
        say("deleteTopics again", () -> admin.deleteTopics(List.of("assigned")).all().get());
        say("deleteTopics by id", () -> {
            Uuid id = admin.describeTopics(List.of("letters")).allTopicNames().get().get("letters").topicId();
            return admin.deleteTopics(TopicCollection.ofTopicIds(List.of(id))).all().get();
        });
        say("listTopics at the end", () -> new TreeSet<>(admin.listTopics().names().get()));
    }

    private static void tokens(Admin admin) throws Exception {
        byte[] hmac = admin.createDelegationToken().delegationToken().get().hmac();
        // Apache Kafka answers before it knows the token.
        while (admin.describeDelegationToken().delegationTokens().get().isEmpty()) Thread.sleep(10);
        say("describeDelegationToken", () -> admin.describeDelegationToken().delegationTokens().get().stream()
            .map(token -> token.tokenInfo().owner() + " " + token.tokenInfo().renewers()).toList());
        say("renewDelegationToken", () -> admin.renewDelegationToken(hmac).expiryTimestamp().get() > System.currentTimeMillis());
        say("renewDelegationToken of nobody", () -> admin.renewDelegationToken(new byte[] {1}).expiryTimestamp().get());
        say("expireDelegationToken", () -> admin.expireDelegationToken(hmac).expiryTimestamp().get() <= System.currentTimeMillis());
        say("describeDelegationToken after expiry", () -> admin.describeDelegationToken().delegationTokens().get());
    }

    private static void produce(String bootstrap) throws Exception {
        try (KafkaProducer<String, String> producer = new KafkaProducer<>(Map.of("bootstrap.servers", bootstrap), new StringSerializer(), new StringSerializer())) {
            for (int i = 0; i < 5; i++) producer.send(new ProducerRecord<>("letters", 0, "k" + i, "v" + i)).get();
        }
    }

    /** Each entry with everything that is said about it; of the documentation only whether there is one. */
    private static String entries(Config config) {
        return config.entries().stream()
            .map(entry -> "\n  " + entry.name() + "=" + entry.value() + " " + entry.source() + " " + entry.type() + (entry.isSensitive() ? " sensitive" : "")
                + (entry.isReadOnly() ? " read-only" : "") + " " + entry.synonyms().stream().map(synonym -> synonym.source() + ":" + synonym.name() + "=" + synonym.value()).toList()
                + (entry.documentation() == null ? "" : entry.documentation().isBlank() ? " blank" : " documented"))
            .sorted().collect(Collectors.joining());
    }

    private static List<String> described(Collection<TopicDescription> topics) {
        return topics.stream().map(topic -> topic.name() + " " + topic.isInternal() + " " + topic.partitions() + " "
            + (topic.authorizedOperations() == null ? null : new TreeSet<>(topic.authorizedOperations()))).toList();
    }

    private static String described(ConsumerGroupDescription group) {
        return group.groupId() + " " + group.type() + " " + group.groupState() + " " + group.partitionAssignor() + " " + group.coordinator().id() + " "
            + new TreeSet<>(group.authorizedOperations()) + " " + group.members().stream()
            .map(member -> member.clientId() + " " + member.groupInstanceId() + " " + sorted(member.assignment().topicPartitions()) + " " + member.upgraded()).toList();
    }

    private static List<String> quotas(Admin admin, ClientQuotaFilter filter) throws Exception {
        return admin.describeClientQuotas(filter).entities().get().entrySet().stream().map(entry -> entry.getKey() + " " + new TreeMap<>(entry.getValue())).toList();
    }

    private static List<String> sorted(Collection<TopicPartition> partitions) {
        return partitions.stream().map(Object::toString).sorted().toList();
    }

    private static void say(String what, Callable<Object> call) {
        String outcome;
        try {
            outcome = String.valueOf(call.call());
        } catch (ExecutionException failure) {
            outcome = failure.getCause().getClass().getSimpleName() + ": " + failure.getCause().getMessage();
        } catch (Exception failure) {
            outcome = failure.getClass().getSimpleName() + ": " + failure.getMessage();
        }
        System.out.println("$ " + what + "\n" + outcome);
        pause();
    }

    private static void pause() {
        try {
            Thread.sleep(pauseMs);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** The same admin, which notes which of its methods are called. */
    private static Admin recorded(Admin admin) {
        InvocationHandler note = (proxy, method, args) -> {
            CALLED.add(method.getName());
            try {
                return method.invoke(admin, args);
            } catch (InvocationTargetException failure) {
                throw failure.getCause();
            }
        };
        return (Admin) Proxy.newProxyInstance(AdminTour.class.getClassLoader(), new Class<?>[] {Admin.class}, note);
    }
}
