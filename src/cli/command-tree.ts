// All commands by name. Only names and summaries are here; a command's own file is loaded when it runs.

import type { CommandGroup } from './command.ts';

export const commandTree: CommandGroup = {
  name: 'millrace',
  summary:
    'Millrace: an event platform that speaks the Apache Kafka protocol. Its commands work with any Kafka broker.',
  details: 'Brokers are found by --bootstrap-server, by MILLRACE_BOOTSTRAP_SERVER, or on 127.0.0.1:9092.',
  commands: {
    start: {
      summary: 'start a broker',
      load: async () => (await import('./commands/start.ts')).start,
    },
    format: {
      summary: 'prepare the log directories of a broker before its first start, with users',
      load: async () => (await import('./commands/format.ts')).format,
    },
    topics: {
      name: 'topics',
      summary: 'list, create, describe, change and delete topics',
      commands: {
        list: { summary: 'list topics', load: async () => (await import('./commands/topics-list.ts')).topicsList },
        create: {
          summary: 'create topics',
          load: async () => (await import('./commands/topics-create.ts')).topicsCreate,
        },
        describe: {
          summary: 'show partitions, replicas and settings of topics',
          load: async () => (await import('./commands/topics-describe.ts')).topicsDescribe,
        },
        alter: {
          summary: 'add partitions to a topic',
          load: async () => (await import('./commands/topics-alter.ts')).topicsAlter,
        },
        delete: {
          summary: 'delete topics with their data',
          load: async () => (await import('./commands/topics-delete.ts')).topicsDelete,
        },
        'delete-records': {
          summary: 'delete the records of partitions up to an offset',
          load: async () => (await import('./commands/topics-delete-records.ts')).topicsDeleteRecords,
        },
        offsets: {
          summary: 'show the offsets of partitions: earliest, latest, or at a time',
          load: async () => (await import('./commands/topics-offsets.ts')).topicsOffsets,
        },
      },
      examples: [
        { command: 'millrace topics create orders --partitions 6', doc: 'a topic with six partitions' },
        { command: 'millrace topics describe orders', doc: 'who leads what' },
      ],
    },
    produce: {
      summary: 'write records: lines of a file, of a pipe, or typed',
      load: async () => (await import('./commands/produce.ts')).produce,
    },
    consume: {
      summary: 'read records: from anywhere, to the end or for ever',
      load: async () => (await import('./commands/consume.ts')).consume,
    },
    groups: {
      name: 'groups',
      summary: 'list, describe, reset and delete consumer groups',
      commands: {
        list: { summary: 'list groups', load: async () => (await import('./commands/groups-list.ts')).groupsList },
        describe: {
          summary: 'show members, committed offsets and lag of groups',
          load: async () => (await import('./commands/groups-describe.ts')).groupsDescribe,
        },
        'reset-offsets': {
          summary: 'move the committed offsets of a group that has no members',
          load: async () => (await import('./commands/groups-reset-offsets.ts')).groupsResetOffsets,
        },
        'delete-offsets': {
          summary: 'forget the committed offsets of a group for some topics',
          load: async () => (await import('./commands/groups-delete-offsets.ts')).groupsDeleteOffsets,
        },
        delete: {
          summary: 'delete groups that have no members',
          load: async () => (await import('./commands/groups-delete.ts')).groupsDelete,
        },
      },
      examples: [
        { command: 'millrace groups describe billing', doc: 'how far behind is it?' },
        { command: 'millrace groups reset-offsets billing --topic orders --to earliest', doc: 'read everything again' },
      ],
    },
    configs: {
      name: 'configs',
      summary: 'show and change settings of topics, brokers and groups',
      commands: {
        describe: {
          summary: 'show settings',
          load: async () => (await import('./commands/configs-describe.ts')).configsDescribe,
        },
        alter: {
          summary: 'change settings',
          load: async () => (await import('./commands/configs-alter.ts')).configsAlter,
        },
      },
      examples: [{ command: 'millrace configs alter --topic orders --set retention.ms=3600000', doc: 'keep an hour' }],
    },
    users: {
      name: 'users',
      summary: 'list, make and delete users that log in with a password',
      commands: {
        list: { summary: 'list users', load: async () => (await import('./commands/users-list.ts')).usersList },
        set: {
          summary: 'make a user, or change a password',
          load: async () => (await import('./commands/users-set.ts')).usersSet,
        },
        delete: {
          summary: 'take the password of users away',
          load: async () => (await import('./commands/users-delete.ts')).usersDelete,
        },
      },
      examples: [{ command: 'millrace users set alice --password-file alice.secret', doc: 'alice may log in' }],
    },
    acls: {
      name: 'acls',
      summary: 'list, add and remove rules of access',
      commands: {
        list: { summary: 'list rules', load: async () => (await import('./commands/acls-list.ts')).aclsList },
        add: {
          summary: 'allow or deny somebody something',
          load: async () => (await import('./commands/acls-add.ts')).aclsAdd,
        },
        remove: {
          summary: 'remove rules',
          load: async () => (await import('./commands/acls-remove.ts')).aclsRemove,
        },
      },
      examples: [
        { command: 'millrace acls add --allow alice --operation read --topic orders', doc: 'alice may read orders' },
      ],
    },
    cluster: {
      name: 'cluster',
      summary: 'show the cluster: brokers, versions, disk use',
      commands: {
        describe: {
          summary: 'show id, controller and brokers',
          load: async () => (await import('./commands/cluster-describe.ts')).clusterDescribe,
        },
        'api-versions': {
          summary: 'show which APIs and versions each broker serves',
          load: async () => (await import('./commands/cluster-api-versions.ts')).clusterApiVersions,
        },
        'log-dirs': {
          summary: 'show what each partition takes on the disks of the brokers',
          load: async () => (await import('./commands/cluster-log-dirs.ts')).clusterLogDirs,
        },
      },
      examples: [{ command: 'millrace cluster describe', doc: 'who is there' }],
    },
    log: {
      name: 'log',
      summary: 'look into the files of a broker, without a broker',
      commands: {
        dump: {
          summary: 'show batches, records, indexes, snapshots and checkpoints, and check them',
          load: async () => (await import('./commands/log-dump.ts')).logDump,
        },
        verify: {
          summary: 'check the data directory of a stopped broker',
          load: async () => (await import('./commands/log-verify.ts')).logVerify,
        },
        repair: {
          summary: 'take out damage, and make anew what is made of the batches',
          load: async () => (await import('./commands/log-repair.ts')).logRepair,
        },
      },
      examples: [{ command: 'millrace log dump data/orders-0 --records', doc: 'everything of a partition' }],
    },
  },
  examples: [
    { command: 'millrace start', doc: 'a broker on 127.0.0.1:9092' },
    { command: 'echo hello | millrace produce greetings', doc: 'the first event' },
    { command: 'millrace consume greetings --from-beginning', doc: 'and back' },
  ],
};
