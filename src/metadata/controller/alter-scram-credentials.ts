// AlterUserScramCredentials (KIP-554): gives users a password for a mechanism, or takes it away; each user once in a request.

import type {
  AlterUserScramCredentialsRequest,
  alterUserScramCredentials as alterApi,
  Item,
} from '../../protocol/index.ts';
import { KafkaError } from '../../protocol/index.ts';
import { MAX_SCRAM_ITERATIONS, SCRAM_MECHANISMS, type ScramMechanism, scramKeys } from '../../security/index.ts';
import type { MetadataImage } from '../image/metadata-image.ts';
import type { MetadataRecord } from '../metadata-record.ts';
import { type Answer, apiError, type Decision, duplicatesOf, NO_ERROR } from './decision.ts';

type Deletion = Item<AlterUserScramCredentialsRequest['deletions']>;
type Upsertion = Item<AlterUserScramCredentialsRequest['upsertions']>;

export function alterScramCredentials(
  image: MetadataImage,
  { deletions, upsertions }: Pick<AlterUserScramCredentialsRequest, 'deletions' | 'upsertions'>,
): Decision<Answer<typeof alterApi>> {
  const duplicates = duplicatesOf([...deletions, ...upsertions].map(({ name }) => name));
  const changes = new Map<string, () => MetadataRecord>();
  for (const deletion of deletions) changes.set(deletion.name, () => removal(image, deletion));
  for (const upsertion of upsertions) changes.set(upsertion.name, () => newCredential(upsertion));
  const records: MetadataRecord[] = [];
  const results = Array.from(changes, ([user, decide]) => {
    try {
      if (duplicates.has(user)) {
        throw new KafkaError('DUPLICATE_RESOURCE', 'A user credential cannot be altered twice in the same request');
      }
      records.push(decide());
      return { user, ...NO_ERROR };
    } catch (error) {
      return { user, ...apiError(error) };
    }
  });
  return { records, response: { results } };
}

function removal(image: MetadataImage, { name, mechanism }: Deletion): MetadataRecord {
  checkMechanism(name, mechanism);
  if (image.scram.credential(name, mechanism) === undefined) {
    throw new KafkaError('RESOURCE_NOT_FOUND', 'Attempt to delete a user credential that does not exist');
  }
  return { type: 'RemoveUserScramCredentialRecord', value: { name, mechanism } };
}

function newCredential({ name, mechanism, iterations, salt, saltedPassword }: Upsertion): MetadataRecord {
  const known = checkMechanism(name, mechanism);
  if (iterations < known.minIterations) throw new KafkaError('UNACCEPTABLE_CREDENTIAL', 'Too few iterations');
  if (iterations > MAX_SCRAM_ITERATIONS) throw new KafkaError('UNACCEPTABLE_CREDENTIAL', 'Too many iterations');
  const value = { name, mechanism, salt, iterations, ...scramKeys(known, saltedPassword) };
  return { type: 'UserScramCredentialRecord', value };
}

function checkMechanism(user: string, mechanism: number): ScramMechanism {
  if (user === '') throw new KafkaError('UNACCEPTABLE_CREDENTIAL', 'Username must not be empty');
  const known = SCRAM_MECHANISMS.get(mechanism);
  if (known === undefined) throw new KafkaError('UNSUPPORTED_SASL_MECHANISM', 'Unknown SCRAM mechanism');
  return known;
}
