// Proves who one is, makes a user with rules of access, and tells a refused login from a refused request. It starts a broker that asks for passwords.

import { Admin, AuthenticationError, Producer } from 'millrace/client';
import { startKafka } from 'millrace/testing';

const plainUsers = 'org.apache.kafka.common.security.plain.PlainLoginModule required user_admin="admin-secret";';
const scramUsers = 'org.apache.kafka.common.security.scram.ScramLoginModule required;';
await using kafka = await startKafka({
  settings: {
    'listener.security.protocol.map': 'PLAINTEXT:SASL_PLAINTEXT',
    'sasl.enabled.mechanisms': 'PLAIN,SCRAM-SHA-512',
    'listener.name.plaintext.plain.sasl.jaas.config': plainUsers,
    'listener.name.plaintext.scram-sha-512.sasl.jaas.config': scramUsers,
    'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
    'super.users': 'User:admin',
  },
});
const { bootstrapServers } = kafka;

// Over a network one adds `tls: true`, or `tls: { trusted: [certificate of the authority] }`.
const asAdmin = { mechanism: 'PLAIN', username: 'admin', password: 'admin-secret' } as const;
await using admin = new Admin({ bootstrapServers, security: { sasl: asAdmin } });
await admin.createTopics([{ name: 'orders' }, { name: 'payments' }]);
await admin.alterScramUsers([{ user: 'alice', mechanism: 'SCRAM-SHA-512', password: 'alice-secret' }]);
await admin.createAcls([
  {
    resourceType: 'topic',
    resourceName: 'orders',
    patternType: 'prefixed',
    principal: 'User:alice',
    host: '*',
    operation: 'write',
    permission: 'allow',
  },
]);

const asAlice = { mechanism: 'SCRAM-SHA-512', username: 'alice', password: 'alice-secret' } as const;
await using producer = new Producer({ bootstrapServers, security: { sasl: asAlice } });
const { offset } = await producer.send({ topic: 'orders', value: 'a book' });
console.log(`alice wrote to orders, at offset ${offset}`);
await producer.send({ topic: 'payments', value: 'a million' }).catch((error) => console.log(`payments: ${error.code}`));

await using guessing = new Admin({ bootstrapServers, security: { sasl: { ...asAlice, password: 'guess' } } });
await guessing.listTopics().catch((error) => console.log(`a guess: ${error instanceof AuthenticationError}`));

// Prints:
// alice wrote to orders, at offset 0
// payments: TOPIC_AUTHORIZATION_FAILED
// a guess: true
