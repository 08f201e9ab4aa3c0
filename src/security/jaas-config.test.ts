import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConfigError } from '../config/index.ts';
import { LOGIN_MODULES, parseLoginContext } from './jaas-config.ts';

const PLAIN = LOGIN_MODULES.plain;
const parse = (text: string) => parseLoginContext('plain.sasl.jaas.config', text);

test('a login context gives its options, quoted or not, with escapes and comments as in Java', () => {
  const { module, options } = parse(`${PLAIN} required // the users
    username="admin" /* of the broker */ password='it;s = "fine"'
    user_alice="a\\"b\\\\c" user_bob=plain ;`);
  assert.equal(module, 'plain');
  assert.deepEqual(Object.fromEntries(options), {
    username: 'admin',
    password: 'it;s = "fine"',
    user_alice: 'a"b\\c',
    user_bob: 'plain',
  });
});

test('no class can be named but the login modules of Kafka', () => {
  for (const name of [
    'com.sun.security.auth.module.JndiLoginModule',
    'com.sun.security.auth.module.LdapLoginModule',
    'constructor',
    'plain',
  ]) {
    assert.throws(() => parse(`${name} required user.provider.url="ldap://evil/x";`), /login module must be one of/);
  }
});

test('what is no login context is refused, by the name of its setting and without its content', () => {
  const bad = [
    '',
    'secret',
    `${PLAIN} required user_alice="secret"`,
    `${PLAIN} user_alice="secret";`,
    `${PLAIN} required user_alice;`,
    `${PLAIN} required user_alice="secret;`,
    `${PLAIN} required user_alice="secret"; ${PLAIN} required;`,
    `${PLAIN} required = "secret";`,
  ];
  for (const text of bad) {
    assert.throws(
      () => parse(text),
      (error) => {
        assert.ok(error instanceof ConfigError);
        assert.match(error.message, /^Invalid configuration plain\.sasl\.jaas\.config: /);
        assert.doesNotMatch(error.message, /secret/);
        return true;
      },
      text,
    );
  }
});
