import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Scanner;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.coordinator.group.api.assignor.SubscribedTopicDescriber;
import org.apache.kafka.coordinator.group.api.assignor.SubscriptionType;
import org.apache.kafka.coordinator.group.assignor.RangeAssignor;
import org.apache.kafka.coordinator.group.assignor.UniformAssignor;
import org.apache.kafka.coordinator.group.modern.Assignment;
import org.apache.kafka.coordinator.group.modern.GroupSpecImpl;
import org.apache.kafka.coordinator.group.modern.MemberSubscriptionAndAssignmentImpl;
import org.apache.kafka.coordinator.group.streams.assignor.AssignmentMemberSpec;
import org.apache.kafka.coordinator.group.streams.assignor.StickyTaskAssignor;
import org.apache.kafka.coordinator.group.streams.assignor.TopologyDescriber;

/** Asks Apache Kafka's assignors: a line of standard input is a group as JSON, a line of standard output what its members get, in order. */
public final class Assignors {
    private static final ObjectMapper JSON = new ObjectMapper();

    public static void main(String[] args) throws Exception {
        for (Scanner lines = new Scanner(System.in, "UTF-8"); lines.hasNextLine(); ) {
            JsonNode group = JSON.readTree(lines.nextLine());
            Object answer = group.get("assignor").asText().equals("sticky") ? assignTasks(group) : assignPartitions(group);
            System.out.println(JSON.writeValueAsString(answer));
        }
    }

    private static Object assignPartitions(JsonNode group) {
        Map<Uuid, Integer> counts = new HashMap<>();
        for (JsonNode topic : group.get("topics")) counts.put(Uuid.fromString(topic.get(0).asText()), topic.get(1).asInt());
        Map<String, MemberSubscriptionAndAssignmentImpl> members = new LinkedHashMap<>();
        Map<Uuid, Map<Integer, String>> owners = new HashMap<>();
        for (JsonNode member : group.get("members")) {
            String memberId = member.get("memberId").asText();
            Set<Uuid> topicIds = new LinkedHashSet<>();
            for (JsonNode topicId : member.get("topicIds")) topicIds.add(Uuid.fromString(topicId.asText()));
            Map<Uuid, Set<Integer>> assignment = new LinkedHashMap<>();
            partitions(member.get("assignment")).forEach((topicId, partitions) -> {
                assignment.put(Uuid.fromString(topicId), partitions);
                for (int partition : partitions)
                    owners.computeIfAbsent(Uuid.fromString(topicId), id -> new HashMap<>()).put(partition, memberId);
            });
            Optional<String> instanceId = Optional.ofNullable(member.get("instanceId").textValue());
            members.put(memberId, new MemberSubscriptionAndAssignmentImpl(
                Optional.empty(), instanceId, topicIds, new Assignment(Collections.unmodifiableMap(assignment))));
        }
        SubscriptionType type = group.get("isHomogeneous").asBoolean() ? SubscriptionType.HOMOGENEOUS : SubscriptionType.HETEROGENEOUS;
        GroupSpecImpl spec = new GroupSpecImpl(members, type, owners);
        SubscribedTopicDescriber topics = new SubscribedTopicDescriber() {
            public int numPartitions(Uuid topicId) {
                return counts.getOrDefault(topicId, -1);
            }

            public Set<String> racksForPartition(Uuid topicId, int partition) {
                return Set.of();
            }
        };
        var result = group.get("assignor").asText().equals("range")
            ? new RangeAssignor().assign(spec, topics)
            : new UniformAssignor().assign(spec, topics);
        Map<String, Object> answer = new TreeMap<>();
        result.members().forEach((memberId, assignment) -> {
            Map<String, Set<Integer>> sorted = new TreeMap<>();
            assignment.partitions().forEach((topicId, partitions) -> put(sorted, topicId.toString(), partitions));
            answer.put(memberId, sorted);
        });
        return answer;
    }

    private static Object assignTasks(JsonNode group) {
        Map<String, JsonNode> subtopologies = new LinkedHashMap<>();
        for (JsonNode subtopology : group.get("subtopologies")) subtopologies.put(subtopology.get("subtopologyId").asText(), subtopology);
        Map<String, AssignmentMemberSpec> members = new LinkedHashMap<>();
        for (JsonNode member : group.get("members")) {
            members.put(member.get("memberId").asText(), new AssignmentMemberSpec(
                Optional.empty(), Optional.empty(), partitions(member.get("active")), partitions(member.get("standby")), Map.of(),
                member.get("processId").asText(), Map.of(), Map.of(), Map.of()));
        }
        Map<String, String> configs = Map.of("num.standby.replicas", group.get("standbyReplicas").asText());
        TopologyDescriber topology = new TopologyDescriber() {
            public List<String> subtopologies() {
                return new ArrayList<>(subtopologies.keySet());
            }

            public int maxNumInputPartitions(String subtopologyId) {
                return subtopologies.get(subtopologyId).get("taskCount").asInt();
            }

            public boolean isStateful(String subtopologyId) {
                return subtopologies.get(subtopologyId).get("isStateful").asBoolean();
            }
        };
        var spec = new org.apache.kafka.coordinator.group.streams.assignor.GroupSpecImpl(members, configs);
        Map<String, Object> answer = new TreeMap<>();
        new StickyTaskAssignor().assign(spec, topology).members().forEach((memberId, tasks) -> {
            Map<String, Map<String, Set<Integer>>> sorted = new TreeMap<>(Map.of("active", new TreeMap<>(), "standby", new TreeMap<>()));
            tasks.activeTasks().forEach((subtopologyId, partitions) -> put(sorted.get("active"), subtopologyId, partitions));
            tasks.standbyTasks().forEach((subtopologyId, partitions) -> put(sorted.get("standby"), subtopologyId, partitions));
            answer.put(memberId, sorted);
        });
        return answer;
    }

    private static void put(Map<String, Set<Integer>> sorted, String name, Set<Integer> partitions) {
        if (!partitions.isEmpty()) sorted.put(name, new TreeSet<>(partitions));
    }

    private static Map<String, Set<Integer>> partitions(JsonNode lists) {
        Map<String, Set<Integer>> result = new LinkedHashMap<>();
        lists.fields().forEachRemaining(entry -> {
            Set<Integer> partitions = new LinkedHashSet<>();
            for (JsonNode partition : entry.getValue()) partitions.add(partition.asInt());
            result.put(entry.getKey(), partitions);
        });
        return result;
    }
}
