import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.ListShareGroupOffsetsSpec;
import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Members of one share group, each in a thread: {@code ShareMembers bootstrap topic group implicit|explicit members}. Each line that is printed
 * is {@code received|accepted member partition offset}; a record is accepted when the broker has confirmed it. Ends when the broker says that
 * the group is done with all records.
 */
public final class ShareMembers {
    public static void main(String[] args) throws Exception {
        String bootstrap = args[0];
        Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrap));
        ConfigResource group = new ConfigResource(ConfigResource.Type.GROUP, args[2]);
        ConfigEntry earliest = new ConfigEntry("share.auto.offset.reset", "earliest");
        admin.incrementalAlterConfigs(Map.of(group, List.of(new AlterConfigOp(earliest, AlterConfigOp.OpType.SET)))).all().get();
        List<KafkaShareConsumer<byte[], byte[]>> consumers = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        for (int member = 0; member < Integer.parseInt(args[4]); member++) {
            int number = member;
            KafkaShareConsumer<byte[], byte[]> consumer = new KafkaShareConsumer<>(
                Map.of("bootstrap.servers", bootstrap, "group.id", args[2], "share.acknowledgement.mode", args[3], "max.poll.records", 50),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
            consumer.setAcknowledgementCommitCallback((offsets, failure) -> {
                if (failure != null) return;
                offsets.forEach((partition, accepted) -> accepted.forEach(offset -> print("accepted", number, partition.partition(), offset)));
            });
            consumer.subscribe(List.of(args[1]));
            consumers.add(consumer);
            threads.add(new Thread(() -> read(consumer, number, args[3].equals("explicit"))));
        }
        threads.forEach(Thread::start);
        while (!isDone(admin, args[2])) Thread.sleep(200);
        consumers.forEach(KafkaShareConsumer::wakeup);
        for (Thread thread : threads) thread.join();
        admin.close();
    }

    /** Also false while there is no broker that could say so. */
    private static boolean isDone(Admin admin, String group) throws InterruptedException {
        try {
            var offsets = admin.listShareGroupOffsets(Map.of(group, new ListShareGroupOffsetsSpec())).partitionsToOffsetInfo(group).get();
            return !offsets.isEmpty() && offsets.values().stream().allMatch(info -> info != null && info.lag().orElse(-1L) == 0);
        } catch (ExecutionException noAnswer) {
            return false;
        }
    }

    private static void read(KafkaShareConsumer<byte[], byte[]> consumer, int member, boolean isExplicit) {
        try (consumer) {
            while (true) {
                consumer.poll(Duration.ofMillis(500)).forEach(record -> {
                    print("received", member, record.partition(), record.offset());
                    if (isExplicit) consumer.acknowledge(record, AcknowledgeType.ACCEPT);
                });
            }
        } catch (WakeupException end) {
            // It is over.
        }
    }

    private static synchronized void print(String what, int member, int partition, long offset) {
        System.out.print(what + " " + member + " " + partition + " " + offset + "\n");
        System.out.flush();
    }
}
