// What Kafka's own Admin can do, ours can do: its methods, as its class file lists them, beside ours.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runCommand } from '../../scripts/run-command.ts';
import { Admin } from '../../src/client/index.ts';
import { findJavap, findKafkaJars } from '../support/programs.ts';

/** Names of ours that differ: one call does for groups of all kinds, and configs only change one by one. */
const OUR_NAMES: Readonly<Record<string, string>> = {
  incrementalAlterConfigs: 'alterConfigs',
  describeConsumerGroups: 'describeGroups',
  describeClassicGroups: 'describeGroups',
  describeShareGroups: 'describeGroups',
  listConsumerGroups: 'listGroups',
  deleteConsumerGroups: 'deleteGroups',
  deleteShareGroups: 'deleteGroups',
  deleteStreamsGroups: 'deleteGroups',
  removeMembersFromConsumerGroup: 'removeGroupMembers',
  listConsumerGroupOffsets: 'listGroupOffsets',
  listStreamsGroupOffsets: 'listGroupOffsets',
  alterConsumerGroupOffsets: 'alterGroupOffsets',
  alterStreamsGroupOffsets: 'alterGroupOffsets',
  deleteConsumerGroupOffsets: 'deleteGroupOffsets',
  deleteStreamsGroupOffsets: 'deleteGroupOffsets',
  describeUserScramCredentials: 'describeScramUsers',
  alterUserScramCredentials: 'alterScramUsers',
  describeDelegationToken: 'describeDelegationTokens',
  listClientMetricsResources: 'listConfigResources',
  // An InitProducerId for the transactional id, both.
  forceTerminateTransaction: 'fenceProducers',
};

const NOT_OURS: Readonly<Record<string, string>> = {
  create: 'a constructor',
  close: 'Symbol.asyncDispose',
  metrics: 'a getter',
  clientInstanceId: 'an admin client pushes no metrics here (KIP-714)',
  registerMetricForSubscription: 'an admin client pushes no metrics here (KIP-714)',
  unregisterMetricFromSubscription: 'an admin client pushes no metrics here (KIP-714)',
};

test("every method of Kafka's Admin has one of ours, or a reason why not", async (context) => {
  const [jars, javap] = [await findKafkaJars(), await findJavap()];
  if ('missing' in jars) return context.skip(jars.missing);
  if ('missing' in javap) return context.skip(javap.missing);
  const { code, output } = await runCommand(javap.path, ['-cp', jars.path, 'org.apache.kafka.clients.admin.Admin']);
  assert.equal(code, 0, output);
  const theirs = new Set([...output.matchAll(/ (\w+)\(/g)].map(([, name = '']) => name));
  assert.ok(theirs.size > 50, output);
  const ours = methodsOf(Admin.prototype);
  const missing = [...theirs].filter((name) => !(name in NOT_OURS) && !ours.has(OUR_NAMES[name] ?? name));
  assert.deepEqual(missing, []);
  const outdated = [...Object.keys(OUR_NAMES), ...Object.keys(NOT_OURS)].filter((name) => !theirs.has(name));
  assert.deepEqual(outdated, []);
});

/** Those that it inherits too. */
function methodsOf(prototype: object | null): Set<string> {
  if (prototype === null) return new Set();
  return new Set([...Object.getOwnPropertyNames(prototype), ...methodsOf(Object.getPrototypeOf(prototype))]);
}
