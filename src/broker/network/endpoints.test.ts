import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clientEndpoints, type EndpointSettings } from './endpoints.ts';

function endpoints(listeners: string, more: Partial<EndpointSettings> = {}) {
  return clientEndpoints({
    listeners: listeners.split(','),
    'advertised.listeners': null,
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,SSL:SSL',
    'controller.listener.names': null,
    ...more,
  });
}

test('a listener is advertised as itself unless something else is said', () => {
  const [endpoint] = endpoints('PLAINTEXT://127.0.0.1:9092');
  assert.deepEqual(endpoint?.advertised, { name: 'PLAINTEXT', host: '127.0.0.1', port: 9092 });
});

test('a listener on all addresses is advertised under a name to which one can connect', () => {
  assert.equal(endpoints('PLAINTEXT://0.0.0.0:9092')[0]?.advertised.host, 'localhost');
  assert.equal(endpoints('PLAINTEXT://:9092')[0]?.advertised.host, 'localhost');
});

test('listeners may have names of their own, IPv6 addresses and advertised addresses', () => {
  const [inside, outside] = endpoints('inside://[::1]:9092,OUTSIDE://:9093', {
    'listener.security.protocol.map': 'INSIDE:PLAINTEXT, OUTSIDE:PLAINTEXT',
    'advertised.listeners': ['OUTSIDE://kafka.example:443'],
  });
  assert.equal(inside?.host, '::1');
  assert.equal(inside?.securityProtocol, 'PLAINTEXT');
  assert.deepEqual(outside?.advertised, { name: 'OUTSIDE', host: 'kafka.example', port: 443 });
});

test("a controller's listener is not opened", () => {
  const open = endpoints('PLAINTEXT://:9092,CONTROLLER://:9093', { 'controller.listener.names': ['CONTROLLER'] });
  assert.deepEqual(
    open.map(({ name }) => name),
    ['PLAINTEXT'],
  );
});

test('what cannot be meant is refused with the setting and the value', () => {
  assert.throws(() => endpoints('127.0.0.1:9092'), /listeners: 127.0.0.1:9092 is not NAME:\/\/host:port/);
  assert.throws(() => endpoints('PLAINTEXT://:70000'), /port outside 0 to 65535/);
  assert.throws(() => endpoints('PLAINTEXT://:9092,PLAINTEXT://:9093'), /two have the name PLAINTEXT/);
  assert.throws(
    () => endpoints('A://h:1,B://h:1', { 'listener.security.protocol.map': 'A:PLAINTEXT,B:PLAINTEXT' }),
    /same port 1/,
  );
  assert.throws(() => endpoints('TLS://:9092'), /security protocol TLS; there are PLAINTEXT, SSL/);
  assert.throws(
    () => endpoints('PLAINTEXT://:9092', { 'advertised.listeners': ['OTHER://h:1'] }),
    /listeners has no OTHER/,
  );
  assert.throws(
    () => endpoints('PLAINTEXT://:9092', { 'advertised.listeners': ['PLAINTEXT://0.0.0.0:1'] }),
    /meta-address/,
  );
});
