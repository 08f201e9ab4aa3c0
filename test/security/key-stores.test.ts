// Key stores and trust stores as the programs make them that everybody uses, whole and damaged.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { ConfigError } from '../../src/config/index.ts';
import { nodeDisk } from '../../src/platform/index.ts';
import { loadServerTls } from '../../src/security/index.ts';
import { findKeytool, findOpenssl } from '../support/programs.ts';

const STORE_PASSWORD = 'store-secret';
const KEY_PASSWORD = 'key-secret';
/** Positions at which a store is cut off, in parts of its length. */
const CUTS = [0, 0.1, 0.3, 0.5, 0.9, 0.99];

const openssl = await findOpenssl();
const keytool = await findKeytool();
const missing = [openssl, keytool].find((program) => 'missing' in program);

describe('key stores of openssl and keytool', {
  skip: missing && 'missing' in missing ? missing.missing : false,
}, () => {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-test-stores-'));
  const file = (name: string) => join(folder, name);
  after(() => rmSync(folder, { recursive: true }));

  before(async () => {
    const subject = ['-subj', '/CN=broker', '-addext', 'subjectAltName=DNS:localhost'];
    await run(openssl, `req -x509 -newkey rsa:2048 -nodes -days 2 -keyout key.pem -out certificate.pem`, subject);
    await run(openssl, `pkcs8 -topk8 -in key.pem -out locked.pem -v2 aes-256-cbc -passout pass:${KEY_PASSWORD}`);
    const exported = 'pkcs12 -export -inkey key.pem -in certificate.pem -name broker';
    await run(openssl, `${exported} -out openssl.p12 -passout pass:${STORE_PASSWORD}`);
    await run(openssl, `${exported} -legacy -out legacy.p12 -passout pass:${STORE_PASSWORD}`);
    for (const type of ['PKCS12', 'JKS']) {
      const name = `keytool.${type.toLowerCase()}`;
      // Keys of PKCS #12 have the password of their store.
      const keyPassword = type === 'JKS' ? KEY_PASSWORD : STORE_PASSWORD;
      await run(
        keytool,
        `-importkeystore -srckeystore openssl.p12 -srcstoretype PKCS12 -srcstorepass ${STORE_PASSWORD} -srcalias broker -destkeystore ${name} -deststoretype ${type} -deststorepass ${STORE_PASSWORD} -destkeypass ${keyPassword}`,
      );
      await run(
        keytool,
        `-importcert -noprompt -alias ca -file certificate.pem -keystore trust.${type.toLowerCase()} -storetype ${type} -storepass ${STORE_PASSWORD}`,
      );
    }
    await writeFile(file('both.pem'), `${await text('key.pem')}${await text('certificate.pem')}`);
    await writeFile(file('both-locked.pem'), `${await text('locked.pem')}${await text('certificate.pem')}`);
  });

  const text = (name: string) => readFile(file(name), 'utf8');

  async function run(program: typeof openssl, parameters: string, more: readonly string[] = []): Promise<void> {
    assert('path' in program);
    await promisify(execFile)(program.path, [...parameters.split(' '), ...more], { cwd: folder });
  }

  const stores = [
    { name: 'both.pem', type: 'PEM', passwords: {} },
    { name: 'both-locked.pem', type: 'PEM', passwords: { 'ssl.key.password': KEY_PASSWORD } },
    { name: 'openssl.p12', type: 'PKCS12', passwords: { 'ssl.keystore.password': STORE_PASSWORD } },
    { name: 'keytool.pkcs12', type: 'PKCS12', passwords: { 'ssl.keystore.password': STORE_PASSWORD } },
    {
      name: 'keytool.jks',
      type: 'JKS',
      passwords: { 'ssl.keystore.password': STORE_PASSWORD, 'ssl.key.password': KEY_PASSWORD },
    },
  ] as const;

  for (const { name, type, passwords } of stores) {
    const settings = (location = file(name)) => ({
      'ssl.keystore.type': type,
      'ssl.keystore.location': location,
      ...passwords,
    });

    it(`${name} gives its key and its certificate`, async () => {
      const { identity } = await loadServerTls(settings(), nodeDisk);
      assert.equal(new X509Certificate(identity.certificateChain).subject, 'CN=broker');
    });

    it(`${name} opens with its own password only`, async () => {
      for (const setting of Object.keys(passwords)) {
        const wrong = { ...settings(), [setting]: 'not-it' };
        await assert.rejects(loadServerTls(wrong, nodeDisk), (error) => isRefusal(error, 'not-it'), setting);
      }
    });

    it(`${name} is refused where it is cut off, and no damage to it does more than that`, async () => {
      const whole = await readFile(file(name));
      const damaged = file(`damaged-${name}`);
      for (const cut of CUTS) {
        await writeFile(damaged, whole.subarray(0, Math.floor(whole.length * cut)));
        if (type === 'PEM' && cut === 0.99) continue;
        await assert.rejects(loadServerTls(settings(damaged), nodeDisk), (error) => isRefusal(error), `cut at ${cut}`);
      }
      for (let position = 0; position < whole.length; position += Math.ceil(whole.length / 100)) {
        const bytes = Buffer.from(whole);
        bytes[position] = (bytes[position] ?? 0) ^ 0xff;
        await writeFile(damaged, bytes);
        await loadServerTls(settings(damaged), nodeDisk).catch((error) => assert.ok(isRefusal(error), String(error)));
      }
    });
  }

  it('a store with the ciphers of long ago is refused with the way to a better one', async () => {
    const settings = { 'ssl.keystore.location': file('legacy.p12'), 'ssl.keystore.password': STORE_PASSWORD };
    await assert.rejects(loadServerTls(settings, nodeDisk), /too old; convert it with: keytool -importkeystore/);
  });

  it('a key and its chain may stand in the settings themselves', async () => {
    const { identity } = await loadServerTls(
      { 'ssl.keystore.key': await text('key.pem'), 'ssl.keystore.certificate.chain': await text('certificate.pem') },
      nodeDisk,
    );
    assert.equal(new X509Certificate(identity.certificateChain).subject, 'CN=broker');
  });

  for (const type of ['PKCS12', 'JKS']) {
    it(`a trust store of keytool gives whom it trusts, as ${type}`, async () => {
      const { trusted } = await loadServerTls(
        {
          'ssl.keystore.type': 'PEM',
          'ssl.keystore.location': file('both.pem'),
          'ssl.truststore.type': type,
          'ssl.truststore.location': file(`trust.${type.toLowerCase()}`),
          'ssl.truststore.password': STORE_PASSWORD,
        },
        nodeDisk,
      );
      assert.deepEqual(
        trusted.map((certificate) => new X509Certificate(certificate).subject),
        ['CN=broker'],
      );
    });
  }
});

/** Says what cannot be used, and no password. */
function isRefusal(error: unknown, password = STORE_PASSWORD): boolean {
  return error instanceof ConfigError && /^Cannot use ssl\./.test(error.message) && !error.message.includes(password);
}
