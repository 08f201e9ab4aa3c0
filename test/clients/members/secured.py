# Writes a record and reads it again with confluent-kafka for Python. Prints its value, or the name of the error when there is no way in.
import json
import sys
import time

from confluent_kafka import Consumer, KafkaError, Producer

config, topic, token = json.loads(sys.argv[1]), sys.argv[2], sys.argv[3]
PATIENCE_S = 30
refusal = []


def on_error(error):
    if error.code() in (KafkaError._AUTHENTICATION, KafkaError._SSL):
        refusal.append(error.name())


config["error_cb"] = on_error
if config.get("sasl.mechanism") == "OAUTHBEARER":
    config["oauth_cb"] = lambda _: (token, time.time() + 3600)
end = time.monotonic() + PATIENCE_S
producer = Producer(config)
producer.produce(topic, b"from python")
while len(producer) > 0 and not refusal and time.monotonic() < end:
    producer.poll(0.1)
if refusal:
    print(refusal[0])
    sys.exit(1)
consumer = Consumer({**config, "group.id": topic, "auto.offset.reset": "earliest"})
consumer.subscribe([topic])
while time.monotonic() < end:
    message = consumer.poll(0.5)
    if message is not None and message.error() is None:
        print(message.value().decode())
        break
consumer.close()
