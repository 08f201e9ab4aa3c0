import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { test } from 'node:test';
import {
  createTestAuthority,
  type Disk,
  ManualClock,
  MemoryDisk,
  nodeNetwork,
  type TlsIdentity,
  writeFileAtomically,
} from '../../platform/index.ts';
import { CONFIG_RESOURCE } from '../../protocol/index.ts';
import { alter, OPERATION } from '../testing/configs.ts';
import { TestBroker } from '../testing/test-broker.ts';

const KEY_STORE = 'listener.name.ssl.ssl.keystore.location';
const SETTINGS = {
  listeners: 'SSL://127.0.0.1:0,PLAINTEXT://127.0.0.1:0',
  'ssl.keystore.type': 'PEM',
  'ssl.truststore.type': 'PEM',
  'ssl.keystore.location': '/stores/first.pem',
};
const authority = createTestAuthority('Test CA');
const subject = [['CN', 'broker']] as const;
const hosts = ['127.0.0.1', 'broker.test'];
const first = authority.issue({ subject, hosts });

async function diskWith(stores: Readonly<Record<string, string | TlsIdentity>>): Promise<Disk> {
  const disk = new MemoryDisk(new ManualClock());
  await disk.makeDirectory('/stores');
  for (const [name, store] of Object.entries(stores)) await write(disk, name, store);
  return disk;
}

function write(disk: Disk, name: string, store: string | TlsIdentity): Promise<void> {
  const text = typeof store === 'string' ? store : store.key + store.certificateChain;
  return writeFileAtomically(disk, `/stores/${name}.pem`, Buffer.from(text));
}

/** A broker with a listener that has TLS, and the ways to look at it and to change it. */
async function start(disk: Disk, settings: Record<string, string> = {}) {
  const broker = await TestBroker.start({ disk, network: nodeNetwork, settings: { ...SETTINGS, ...settings } });
  const portOf = (name: string) => broker.broker.endpoints.find((endpoint) => endpoint.name === name)?.port ?? 0;
  const admin = await broker.connect(portOf('PLAINTEXT'));
  const change = (setting: string, value: string, operation: number = OPERATION.set) =>
    alter(admin, { type: CONFIG_RESOURCE.broker, name: String(broker.broker.nodeId), setting, value, operation });
  const serial = async () => {
    const limits = { minVersion: 'TLSv1.2', maxVersion: 'TLSv1.3' } as const;
    const tls = { ...limits, trusted: [authority.certificate], checksHost: true };
    const stream = await nodeNetwork.connect({ host: '127.0.0.1', port: portOf('SSL') }, undefined, tls);
    stream.destroy();
    return serialOf(stream.tls?.peerCertificate ?? '');
  };
  return { broker, change, serial, [Symbol.asyncDispose]: () => broker[Symbol.asyncDispose]() };
}

const serialOf = (certificate: Buffer | string) => new X509Certificate(certificate).serialNumber;

test('another key store counts from the next connection on, and for the next start', async () => {
  const second = authority.issue({ subject, hosts });
  const disk = await diskWith({ first, second });
  {
    await using world = await start(disk);
    assert.equal(await world.serial(), serialOf(first.certificateChain));
    assert.equal(await world.change(KEY_STORE, '/stores/second.pem'), 'NONE');
    assert.equal(await world.serial(), serialOf(second.certificateChain));
  }
  await using again = await start(disk);
  assert.equal(await again.serial(), serialOf(second.certificateChain));
  assert.equal(await again.change(KEY_STORE, '', OPERATION.delete), 'NONE');
  assert.equal(await again.serial(), serialOf(first.certificateChain));
});

test('a file of the same name is read again when its setting is set again', async () => {
  const disk = await diskWith({ first });
  await using world = await start(disk);
  const renewed = authority.issue({ subject, hosts });
  await write(disk, 'first', renewed);
  assert.equal(await world.serial(), serialOf(first.certificateChain));
  assert.equal(await world.change(KEY_STORE, '/stores/first.pem'), 'NONE');
  assert.equal(await world.serial(), serialOf(renewed.certificateChain));
});

test('a key store that is of no use, or is somebody else, is refused and changes nothing', async () => {
  const disk = await diskWith({
    first,
    'other-name': authority.issue({ subject: [['CN', 'other']], hosts }),
    'fewer-hosts': authority.issue({ subject, hosts: ['127.0.0.1'] }),
    'no-key': first.certificateChain,
    mixed: first.key + authority.issue({ subject, hosts }).certificateChain,
  });
  await using world = await start(disk);
  for (const name of ['other-name', 'fewer-hosts', 'no-key', 'mixed', 'nothing']) {
    assert.equal(await world.change(KEY_STORE, `/stores/${name}.pem`), 'INVALID_REQUEST', name);
  }
  assert.equal(await world.change('listener.name.ssl.ssl.truststore.location', '/stores/first.pem'), 'INVALID_REQUEST');
  assert.equal(await world.serial(), serialOf(first.certificateChain));
});

test('another name is taken where the settings allow it', async () => {
  const otherName = authority.issue({ subject: [['CN', 'other']], hosts });
  const fewerHosts = authority.issue({ subject: [['CN', 'other']], hosts: ['127.0.0.1'] });
  const disk = await diskWith({ first, otherName, fewerHosts });
  await using world = await start(disk, { 'ssl.allow.dn.changes': 'true', 'ssl.allow.san.changes': 'true' });
  assert.equal(await world.change(KEY_STORE, '/stores/otherName.pem'), 'NONE');
  assert.equal(await world.change(KEY_STORE, '/stores/fewerHosts.pem'), 'NONE');
  assert.equal(await world.serial(), serialOf(fewerHosts.certificateChain));
});
