// `ssl.principal.mapping.rules`: makes the names of principals of distinguished names. Whoever gets a certificate chooses the name in it, so the
// rules are run by RE2, which takes time in proportion to the name whatever it is.

import { createRequire } from 'node:module';
import type { RE2JS } from 're2js';
import { ConfigError } from '../config/index.ts';

const SETTING = 'ssl.principal.mapping.rules';
const RULE = /\s*(?:(DEFAULT)|RULE:((?:\\.|[^\\/])*)\/((?:\\.|[^\\/])*)\/([LU]?))\s*(?:,|$)/y;

/** Gives the name for a distinguished name, or undefined where no rule applies. */
export type PrincipalMapping = (distinguishedName: string) => string | undefined;

interface Rule {
  readonly pattern: RE2JS;
  readonly replacement: string;
  readonly letterCase: string;
}

/** Throws `ConfigError` for what is no list of rules. */
export function principalMapping(rules: string): PrincipalMapping {
  const parsed = parseRules(rules);
  return (distinguishedName) => {
    for (const rule of parsed) {
      const name = rule === 'DEFAULT' ? distinguishedName : apply(rule, distinguishedName);
      if (name !== undefined) return name;
    }
    return undefined;
  };
}

function parseRules(text: string): ('DEFAULT' | Rule)[] {
  const rules: ('DEFAULT' | Rule)[] = [];
  for (RULE.lastIndex = 0; RULE.lastIndex < text.length; ) {
    const position = RULE.lastIndex;
    const match = RULE.exec(text);
    if (match === null)
      throw new ConfigError(`Invalid configuration ${SETTING}: Invalid rule: ${text.slice(position)}`);
    const [, isDefault, pattern = '', replacement = '', letterCase = ''] = match;
    rules.push(isDefault ? 'DEFAULT' : { pattern: compile(pattern), replacement, letterCase });
  }
  return rules;
}

function compile(pattern: string): RE2JS {
  // Loaded when it is first needed: most brokers have no rules.
  const engine = createRequire(import.meta.url)('re2js') as { RE2JS: typeof RE2JS };
  try {
    return engine.RE2JS.compile(pattern);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ConfigError(`Invalid configuration ${SETTING}: ${pattern} is not a regular expression: ${reason}`);
  }
}

function apply({ pattern, replacement, letterCase }: Rule, distinguishedName: string): string | undefined {
  const matcher = pattern.matcher(distinguishedName);
  if (!matcher.matches()) return undefined;
  // A reference to a group that there is not is meant as it is written, but for the digits with which it names one.
  const name = replacement.replace(/\\(.)|\$(\d+)/g, (whole, escaped: string | undefined, digits: string) => {
    if (escaped !== undefined) return escaped;
    for (let length = digits.length; length > 0; length--) {
      const group = Number(digits.slice(0, length));
      if (group <= matcher.groupCount()) return (matcher.group(group) ?? '') + digits.slice(length);
    }
    return whole;
  });
  if (letterCase === 'L') return name.toLowerCase();
  return letterCase === 'U' ? name.toUpperCase() : name;
}
