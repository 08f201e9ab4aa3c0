// Decides who may do what: super users everything, others what the rules of access in the cluster's metadata say.

import { ConfigError } from '../../config/index.ts';
import { type AclsImage, type Action, isAllowedSomewhere, judge } from '../../metadata/index.ts';
import type { AuthorizerConfig } from './authorizer-config.ts';

export interface Authorizer {
  isAllowed(action: Action): boolean;
  /** Whether there may be any resource of the type on which the action is allowed. */
  isAllowedSomewhere(action: Omit<Action, 'resourceName'>): boolean;
}

export class StandardAuthorizer implements Authorizer {
  readonly #acls: () => AclsImage;
  readonly #superUsers: ReadonlySet<string>;
  readonly #isAllowedWithoutRules: boolean;

  /** Throws `ConfigError` for a super user that is no principal. */
  constructor(acls: () => AclsImage, config: AuthorizerConfig) {
    this.#acls = acls;
    this.#superUsers = new Set(parseSuperUsers(config['super.users']));
    this.#isAllowedWithoutRules = config['allow.everyone.if.no.acl.found'];
  }

  isAllowed(action: Action): boolean {
    if (this.#superUsers.has(action.principal)) return true;
    const verdict = judge(this.#acls(), action);
    return verdict === 'no-rules' ? this.#isAllowedWithoutRules : verdict === 'allowed';
  }

  isAllowedSomewhere(action: Omit<Action, 'resourceName'>): boolean {
    // Kafka asks about a name that hardly has rules of its own: this is how super users and the absence of rules count.
    if (this.isAllowed({ ...action, resourceName: 'hardcode' })) return true;
    return isAllowedSomewhere(this.#acls(), action);
  }
}

function parseSuperUsers(text: string): string[] {
  const users = text
    .split(';')
    .map((user) => user.trim())
    .filter((user) => user !== '');
  const wrong = users.find((user) => !user.includes(':'));
  if (wrong !== undefined) {
    throw new ConfigError(`Invalid value ${text} for configuration super.users: ${wrong} is not of the form type:name`);
  }
  return users;
}
