// `millrace groups describe`.

import {
  type Admin,
  comparePartitions,
  type GroupDescription,
  partitionName,
  type TopicPartition,
} from '../../client/index.ts';
import { clientOptionTable, jsonOption } from '../client-options.ts';
import { command } from '../command.ts';
import type { CommandContext } from '../context.ts';
import { toJson } from '../output/json.ts';
import { styler } from '../output/style.ts';
import { type Cell, printable, renderTable } from '../output/table.ts';
import { UsageError } from '../usage-error.ts';
import { withAdmin } from '../with-admin.ts';

export const groupsDescribe = command({
  name: 'describe',
  summary: 'Show what groups have committed, how far behind they are, and who reads what.',
  positionals: [{ name: 'GROUP', doc: 'names of groups', multiple: true }],
  options: {
    all: { type: 'flag', short: 'a', doc: 'all groups of the cluster' },
    members: { type: 'flag', short: 'm', doc: 'members with their partitions, instead of offsets' },
    state: { type: 'flag', doc: 'one line for each group, instead of offsets' },
    ...jsonOption,
    ...clientOptionTable,
  },
  examples: [
    { command: 'millrace groups describe billing', doc: 'offsets and lag' },
    { command: 'millrace groups describe billing --members', doc: 'who reads what' },
  ],
  async run(context, options, names) {
    if (options.all === names.length > 0) throw new UsageError('Name the groups, or say --all');
    const { groups, failure } = await withAdmin(context, options, (admin) => findGroups(admin, names, context.signal));
    if (options.json) context.stdout.write(`${toJson(groups, 2)}\n`);
    else if (options.state) printStates(context, groups);
    else if (options.members) for (const group of groups) printMembers(context, group);
    else for (const [index, group] of groups.entries()) printOffsets(context, group, index === 0);
    if (failure) throw failure;
  },
});

interface OffsetRow extends TopicPartition {
  readonly committedOffset: bigint | null;
  readonly endOffset: bigint | null;
  readonly lag: bigint | null;
  readonly memberId: string | null;
  readonly clientId: string | null;
  readonly host: string | null;
}

interface GroupReport extends GroupDescription {
  readonly offsets: readonly OffsetRow[];
}

async function findGroups(
  admin: Admin,
  names: readonly string[],
  signal: AbortSignal,
): Promise<{ groups: GroupReport[]; failure: Error | undefined }> {
  const groupIds =
    names.length > 0
      ? names
      : (await admin.listGroups({ types: ['Classic', 'Consumer'], signal })).map(({ groupId }) => groupId);
  const described = await admin.describeGroups(groupIds, { signal });
  const groups: GroupReport[] = [];
  let failure = described.find(({ error }) => error)?.error as Error | undefined;
  for (const { group } of described) {
    if (group === undefined) continue;
    const offsets = await findOffsets(admin, group, signal);
    // An old broker, and Apache Kafka up to 3.9, describes a group that it does not know as dead.
    if (group.state === 'Dead' && offsets.length === 0)
      failure ??= new Error(`Cannot describe group ${group.groupId}: there is no such group`);
    else groups.push({ ...group, offsets });
  }
  return { groups, failure };
}

async function findOffsets(admin: Admin, group: GroupDescription, signal: AbortSignal): Promise<OffsetRow[]> {
  const committed = new Map(
    (await admin.listGroupOffsets(group.groupId, { signal })).map((offset) => [partitionName(offset), offset]),
  );
  const owners = new Map(
    group.members.flatMap((member) =>
      member.assignment.map((partition) => [partitionName(partition), { partition, member }] as const),
    ),
  );
  const places = new Map<string, TopicPartition>();
  for (const [name, { topic, partition }] of committed) places.set(name, { topic, partition });
  for (const [name, { partition }] of owners) places.set(name, partition);
  const sorted = [...places.values()].sort(comparePartitions);
  const ends = await admin.listOffsets(
    sorted.map((place) => ({ ...place, spec: 'latest' })),
    { signal },
  );
  return sorted.map((place, index) => {
    const committedOffset = committed.get(partitionName(place))?.offset ?? null;
    const endOffset = ends[index]?.offset ?? null;
    const member = owners.get(partitionName(place))?.member;
    return {
      topic: place.topic,
      partition: place.partition,
      committedOffset,
      endOffset,
      lag: committedOffset === null || endOffset === null ? null : endOffset - committedOffset,
      memberId: member?.memberId ?? null,
      clientId: member?.clientId ?? null,
      host: member?.clientHost ?? null,
    };
  });
}

function printStates(context: CommandContext, groups: readonly GroupReport[]): void {
  const rows = groups.map((group): Cell[] => [
    group.groupId,
    group.type,
    group.state,
    group.coordinatorId,
    group.assignor,
    group.members.length,
    totalLag(group),
  ]);
  const columns = [
    { title: 'GROUP' },
    { title: 'TYPE' },
    { title: 'STATE' },
    { title: 'COORDINATOR', align: 'right' },
    { title: 'ASSIGNOR' },
    { title: 'MEMBERS', align: 'right' },
    { title: 'LAG', align: 'right' },
  ] as const;
  context.stdout.write(renderTable(columns, rows, context.stdout));
}

function printMembers(context: CommandContext, group: GroupReport): void {
  printHead(context, group);
  if (group.members.length === 0) return;
  const rows = group.members.map((member): Cell[] => [
    member.memberId,
    member.instanceId,
    member.clientId,
    member.clientHost,
    member.assignment.length,
    member.assignment.map(partitionName).join(' '),
  ]);
  const columns = [
    { title: 'MEMBER' },
    { title: 'INSTANCE' },
    { title: 'CLIENT' },
    { title: 'HOST' },
    { title: 'PARTITIONS', align: 'right' },
    { title: 'ASSIGNMENT' },
  ] as const;
  context.stdout.write(renderTable(columns, rows, context.stdout));
}

function printOffsets(context: CommandContext, group: GroupReport, isFirst: boolean): void {
  if (!isFirst) context.stdout.write('\n');
  printHead(context, group);
  if (group.offsets.length === 0) return;
  const style = styler(context.stdout);
  const rows = group.offsets.map((row): Cell[] => [
    row.topic,
    row.partition,
    row.committedOffset,
    row.endOffset,
    row.lag,
    row.clientId,
    row.host,
    row.memberId,
  ]);
  const columns = [
    { title: 'TOPIC' },
    { title: 'PARTITION', align: 'right' },
    { title: 'COMMITTED', align: 'right' },
    { title: 'END', align: 'right' },
    { title: 'LAG', align: 'right' },
    { title: 'CLIENT' },
    { title: 'HOST' },
    { title: 'MEMBER' },
  ] as const;
  context.stdout.write(renderTable(columns, rows, context.stdout));
  if (group.offsets.length > 1) context.stdout.write(`${style('dim', `lag in all: ${totalLag(group)}`)}\n`);
}

function printHead(context: CommandContext, group: GroupReport): void {
  const style = styler(context.stdout);
  const members = `${group.members.length} ${group.members.length === 1 ? 'member' : 'members'}`;
  const assignor = group.assignor === '' ? '' : `, ${printable(group.assignor)}`;
  context.stdout.write(
    `${style('bold', 'Group')} ${printable(group.groupId)}  ${group.state}, ${members}${assignor}\n`,
  );
}

function totalLag(group: GroupReport): bigint {
  return group.offsets.reduce((sum, { lag }) => sum + (lag ?? 0n), 0n);
}
