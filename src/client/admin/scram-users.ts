// The users that log in with SCRAM (KIP-554): who there is, and new, changed and removed passwords. A password itself is never sent.

import {
  alterUserScramCredentials as alterApi,
  describeUserScramCredentials as describeApi,
  type KafkaError,
} from '../../protocol/index.ts';
import { SCRAM_MECHANISMS, type ScramMechanism, saltedPassword } from '../../security/index.ts';
import type { Cluster, RetryScope } from '../cluster.ts';
import { ClientError } from '../errors.ts';
import { itemError, throwResponseError } from './response-error.ts';

/** The mechanisms that go with passwords that brokers keep. */
export type ScramMechanismName = ScramMechanism['name'];

/** A user, with the mechanisms by which it can log in. */
export interface ScramUser {
  readonly user: string;
  readonly credentials: readonly { readonly mechanism: ScramMechanismName; readonly iterations: number }[];
  /** RESOURCE_NOT_FOUND: no such user. */
  readonly error: KafkaError | undefined;
}

/** With a password the user can log in with this mechanism from now on; without one, no longer. */
export interface ScramUserChange {
  readonly user: string;
  readonly mechanism: ScramMechanismName;
  readonly password?: string | undefined;
  /** 4096 to 16384; each costs the user time at login, and who tries passwords too. Default 4096. */
  readonly iterations?: number | undefined;
}

/** What became of one user: all changes count, or with an error none. */
export interface AlteredScramUser {
  readonly user: string;
  readonly error: KafkaError | undefined;
}

const SALT_BYTES = 24;
const DEFAULT_ITERATIONS = 4096;

/** Without `users`: all that there are. */
export function describeScramUsers(
  cluster: Cluster,
  users?: readonly string[],
  options: RetryScope = {},
): Promise<ScramUser[]> {
  const what = 'describe SCRAM users';
  return cluster.retry(what, options, async () => {
    const request = { users: users?.map((name) => ({ name })) ?? null };
    const response = await cluster.sendToController(describeApi, request, { signal: options.signal });
    throwResponseError(response.errorCode, what, response.errorMessage);
    return response.results.map(({ user, errorCode, errorMessage, credentialInfos }) => ({
      user,
      credentials: credentialInfos.flatMap(({ mechanism, iterations }) => {
        const known = SCRAM_MECHANISMS.get(mechanism);
        return known ? [{ mechanism: known.name, iterations }] : [];
      }),
      error: itemError(errorCode, `describe SCRAM user ${user}`, errorMessage),
    }));
  });
}

/** One answer for each user; a broker refuses several changes of one user at once (DUPLICATE_RESOURCE). */
export async function alterScramUsers(
  cluster: Cluster,
  changes: readonly ScramUserChange[],
  options: RetryScope = {},
): Promise<AlteredScramUser[]> {
  const upsertions = changes.flatMap((change) => (change.password === undefined ? [] : upsertion(cluster, change)));
  const request = {
    deletions: changes
      .filter(({ password }) => password === undefined)
      .map(({ user, mechanism }) => ({ name: user, mechanism: mechanismOf(mechanism).id })),
    upsertions: await Promise.all(upsertions),
  };
  return cluster.retry('alter SCRAM users', options, async () => {
    const response = await cluster.sendToController(alterApi, request, { signal: options.signal });
    return response.results.map(({ user, errorCode, errorMessage }) => ({
      user,
      error: itemError(errorCode, `alter SCRAM user ${user}`, errorMessage),
    }));
  });
}

async function upsertion(
  cluster: Cluster,
  { user, mechanism: name, password = '', iterations = DEFAULT_ITERATIONS }: ScramUserChange,
) {
  const mechanism = mechanismOf(name);
  const salt = cluster.settings.platform.random.bytes(SALT_BYTES);
  const salted = await saltedPassword(mechanism, password, salt, iterations);
  return { name: user, mechanism: mechanism.id, iterations, salt, saltedPassword: salted };
}

function mechanismOf(name: ScramMechanismName): ScramMechanism {
  const mechanism = [...SCRAM_MECHANISMS.values()].find((known) => known.name === name);
  if (mechanism === undefined) throw new ClientError(`There is no SCRAM mechanism ${name}`);
  return mechanism;
}
