// What the broker knows of the passwords of users who log in with SCRAM (RFC 5802): enough to check one, and not the password.

import type { UserScramCredentialRecord } from '../../protocol/index.ts';
import { KafkaError } from '../../protocol/index.ts';
import type { MetadataRecord } from '../metadata-record.ts';
import { PersistentMap } from './persistent-map.ts';

export type ScramCredential = Readonly<UserScramCredentialRecord>;

export class ScramImage {
  static readonly empty = new ScramImage(PersistentMap.empty());

  /** The credentials of each user, one for each mechanism, by the mechanism's number. */
  readonly byUser: PersistentMap<ReadonlyMap<number, ScramCredential>>;

  private constructor(byUser: PersistentMap<ReadonlyMap<number, ScramCredential>>) {
    this.byUser = byUser;
  }

  /** `mechanism`: one of `SCRAM_MECHANISM` of the security module. */
  credential(user: string, mechanism: number): ScramCredential | undefined {
    return this.byUser.get(user)?.get(mechanism);
  }

  apply(records: Iterable<MetadataRecord>): ScramImage {
    let { byUser } = this;
    for (const record of records) {
      if (record.type === 'UserScramCredentialRecord') {
        const { name, mechanism } = record.value;
        byUser = byUser.set(name, new Map(byUser.get(name)).set(mechanism, owned(record.value)));
      } else if (record.type === 'RemoveUserScramCredentialRecord') {
        const { name, mechanism } = record.value;
        const rest = new Map(byUser.get(name));
        if (!rest.delete(mechanism)) {
          throw new KafkaError(
            'UNKNOWN_SERVER_ERROR',
            `Cannot apply a metadata record: user ${name} has no credential for mechanism ${mechanism}`,
          );
        }
        byUser = rest.size === 0 ? byUser.delete(name) : byUser.set(name, rest);
      }
    }
    return byUser === this.byUser ? this : new ScramImage(byUser);
  }

  *records(): Generator<MetadataRecord, void, undefined> {
    for (const credentials of this.byUser.values()) {
      for (const value of credentials.values()) yield { type: 'UserScramCredentialRecord', value };
    }
  }
}

/** Without views on a request's or the log's buffer. */
function owned(credential: UserScramCredentialRecord): ScramCredential {
  return {
    ...credential,
    salt: Buffer.from(credential.salt),
    storedKey: Buffer.from(credential.storedKey),
    serverKey: Buffer.from(credential.serverKey),
  };
}
