// Login contexts as Java's JAAS writes them: `module required name="value" ...;`. They are read as data. A module is one of a few known names,
// never a class to load, so a setting cannot make the process run or fetch anything.

import { ConfigError } from '../config/index.ts';

/** Kafka's login modules, by the mechanisms that they belong to. No other is taken. */
export const LOGIN_MODULES = {
  plain: 'org.apache.kafka.common.security.plain.PlainLoginModule',
  scram: 'org.apache.kafka.common.security.scram.ScramLoginModule',
  oauthBearer: 'org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule',
} as const;

export interface LoginContext {
  readonly module: keyof typeof LOGIN_MODULES;
  readonly options: ReadonlyMap<string, string>;
}

const FLAGS = ['required', 'requisite', 'sufficient', 'optional'];
const BLANKS = /(?:\s|\/\/[^\n]*|\/\*[\s\S]*?\*\/)*/y;
const TOKEN = /"((?:[^"\\\n]|\\.)*)"|'((?:[^'\\\n]|\\.)*)'|([=;])|([^\s=;"']+)/y;
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r' };

/**
 * Reads the one entry of `text`. Throws `ConfigError`, which names the setting and never its value, for any other module, for more than one
 * entry and for what cannot be read.
 *
 * @example
 * parseLoginContext('sasl.jaas.config', `${LOGIN_MODULES.plain} required user_alice="secret";`).options.get('user_alice'); // 'secret'
 */
export function parseLoginContext(setting: string, text: string): LoginContext {
  const fail = (reason: string) => new ConfigError(`Invalid configuration ${setting}: ${reason}`);
  const tokens = tokensOf(text);
  if (tokens === undefined) throw fail('it is not a login context');
  const [className, flag, ...rest] = tokens;
  const module = Object.entries(LOGIN_MODULES).find(([, known]) => known === className?.text)?.[0];
  if (module === undefined) throw fail(`the login module must be one of ${Object.values(LOGIN_MODULES).join(', ')}`);
  if (!FLAGS.includes(flag?.text.toLowerCase() ?? '')) throw fail(`a flag must follow: ${FLAGS.join(', ')}`);
  if (rest.pop()?.mark !== ';') throw fail('it must end in a semicolon');
  const options = new Map<string, string>();
  for (let index = 0; index < rest.length; index += 3) {
    const [name, equals, value] = rest.slice(index, index + 3);
    if (!name || name.mark || equals?.mark !== '=' || !value || value.mark) {
      throw fail('its options must be name="value", and there may be one entry only');
    }
    options.set(name.text, value.text);
  }
  return { module: module as LoginContext['module'], options };
}

interface Token {
  readonly text: string;
  readonly mark?: string;
}

function tokensOf(text: string): Token[] | undefined {
  const tokens: Token[] = [];
  for (let position = skipBlanks(text, 0); position < text.length; ) {
    TOKEN.lastIndex = position;
    const match = TOKEN.exec(text);
    if (match === null) return undefined;
    const [, double, single, mark, word = ''] = match;
    const quoted = double ?? single;
    if (quoted !== undefined) tokens.push({ text: quoted.replace(/\\(.)/g, (_, after) => ESCAPES[after] ?? after) });
    else tokens.push(mark === undefined ? { text: word } : { text: mark, mark });
    position = skipBlanks(text, TOKEN.lastIndex);
  }
  return tokens;
}

function skipBlanks(text: string, from: number): number {
  BLANKS.lastIndex = from;
  BLANKS.test(text);
  return BLANKS.lastIndex;
}
