# A member of a group with confluent-kafka for Python.
import signal
import sys

from confluent_kafka import Consumer, KafkaException

bootstrap, topic, group_id, fetch_bytes = sys.argv[1:]
is_stopped = False


def stop(*_):
    global is_stopped
    is_stopped = True


signal.signal(signal.SIGTERM, stop)
consumer = Consumer(
    {
        "bootstrap.servers": bootstrap,
        "group.id": group_id,
        "auto.offset.reset": "earliest",
        "auto.commit.interval.ms": 200,
        "fetch.message.max.bytes": int(fetch_bytes),
        # Little read ahead, so that the crash comes while most is still unread.
        "queued.min.messages": 1000,
        "fetch.queue.backoff.ms": 5,
        "reconnect.backoff.max.ms": 500,
    }
)
consumer.subscribe([topic])
while not is_stopped:
    for message in consumer.consume(500, 0.2):
        # Errors of the connection pass by themselves; the test notices when records stay away.
        if message.error():
            print(KafkaException(message.error()), file=sys.stderr)
        else:
            print(message.partition(), message.offset(), message.value().decode(), sep="\t")
    sys.stdout.flush()
consumer.close()
