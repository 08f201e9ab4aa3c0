// The settings that a group may have of its own (KIP-848, KIP-932, KIP-1071), and the bounds that the broker sets them.

import { boolean, ConfigError, type ConfigTable, int, string } from '../../config/index.ts';
import type { ConfigTexts } from '../image/configs-image.ts';

const offsetReset = string({
  default: 'latest',
  doc: 'Where a share group without a position begins: earliest, latest, or by_duration:PnDTnHnMn.nS for so long ago.',
});

export const groupResourceConfigTable: ConfigTable = {
  'consumer.session.timeout.ms': int({
    default: '45000',
    min: 1,
    doc: 'Milliseconds without a heartbeat after which a member of a consumer group is given up.',
    synonyms: ['group.consumer.session.timeout.ms'],
  }),
  'consumer.heartbeat.interval.ms': int({
    default: '5000',
    min: 1,
    doc: 'Milliseconds between the heartbeats of a member of a consumer group.',
    synonyms: ['group.consumer.heartbeat.interval.ms'],
  }),
  'consumer.assignment.interval.ms': int({
    default: '1000',
    min: 0,
    doc: "The least milliseconds between two computations of a consumer group's assignment.",
    synonyms: ['group.consumer.assignment.interval.ms'],
  }),
  'share.session.timeout.ms': int({
    default: '45000',
    min: 1,
    doc: 'Milliseconds without a heartbeat after which a member of a share group is given up.',
    synonyms: ['group.share.session.timeout.ms'],
  }),
  'share.heartbeat.interval.ms': int({
    default: '5000',
    min: 1,
    doc: 'Milliseconds between the heartbeats of a member of a share group.',
    synonyms: ['group.share.heartbeat.interval.ms'],
  }),
  'share.record.lock.duration.ms': int({
    default: '30000',
    min: 1000,
    doc: 'Milliseconds for which a record is kept for the consumer that got it.',
    synonyms: ['group.share.record.lock.duration.ms'],
  }),
  'share.delivery.count.limit': int({
    default: '5',
    min: 2,
    doc: 'How many times a record is given to consumers before it is given up.',
    synonyms: ['group.share.delivery.count.limit'],
  }),
  'share.partition.max.record.locks': int({
    default: '2000',
    min: 100,
    doc: 'Records of one partition that consumers may have in hand at a time.',
    synonyms: ['group.share.partition.max.record.locks'],
  }),
  'share.auto.offset.reset': {
    ...offsetReset,
    parse(name, text) {
      const value = offsetReset.parse(name, text);
      if (value !== 'earliest' && value !== 'latest' && !isDuration(value)) {
        throw new ConfigError(
          `Invalid value ${value} for configuration ${name}: Invalid value \`${value}\` for configuration ${name}. ` +
            "The value must be either 'earliest', 'latest' or of the format 'by_duration:<PnDTnHnMn.nS>'.",
        );
      }
      return value;
    },
  },
  'share.isolation.level': string({
    default: 'read_uncommitted',
    oneOf: ['read_committed', 'read_uncommitted'],
    doc: 'Whether a share group sees records of transactions that are not committed.',
  }),
  'share.renew.acknowledge.enable': boolean({
    default: 'true',
    doc: 'Whether consumers of a share group may ask for more time for a record.',
  }),
  'share.assignment.interval.ms': int({
    default: '1000',
    min: 0,
    doc: "The least milliseconds between two computations of a share group's assignment.",
    synonyms: ['group.share.assignment.interval.ms'],
  }),
  'streams.session.timeout.ms': int({
    default: '45000',
    min: 1,
    doc: 'Milliseconds without a heartbeat after which a member of a streams group is given up.',
    synonyms: ['group.streams.session.timeout.ms'],
  }),
  'streams.heartbeat.interval.ms': int({
    default: '5000',
    min: 1,
    doc: 'Milliseconds between the heartbeats of a member of a streams group.',
    synonyms: ['group.streams.heartbeat.interval.ms'],
  }),
  'streams.num.standby.replicas': int({
    default: '0',
    min: 0,
    doc: 'Standby copies of each task of a streams group.',
    synonyms: ['group.streams.num.standby.replicas'],
  }),
  'streams.initial.rebalance.delay.ms': int({
    default: '3000',
    min: 0,
    doc: 'Milliseconds that the first rebalance of a streams group waits for more members.',
    synonyms: ['group.streams.initial.rebalance.delay.ms'],
  }),
  'streams.assignment.interval.ms': int({
    default: '1000',
    min: 0,
    doc: "The least milliseconds between two computations of a streams group's assignment.",
    synonyms: ['group.streams.assignment.interval.ms'],
  }),
};

interface Bounds {
  readonly name: string;
  readonly min?: string;
  readonly max: string;
  /** Checked only where the group has a value of its own. */
  readonly isOwnOnly?: boolean;
}

const BOUNDS: readonly Bounds[] = [
  bounds('consumer', 'heartbeat.interval.ms'),
  bounds('consumer', 'session.timeout.ms'),
  { ...bounds('consumer', 'assignment.interval.ms'), isOwnOnly: true },
  bounds('share', 'heartbeat.interval.ms'),
  bounds('share', 'session.timeout.ms'),
  bounds('share', 'record.lock.duration.ms'),
  bounds('share', 'delivery.count.limit'),
  bounds('share', 'partition.max.record.locks'),
  { ...bounds('share', 'assignment.interval.ms'), isOwnOnly: true },
  bounds('streams', 'heartbeat.interval.ms'),
  bounds('streams', 'session.timeout.ms'),
  { name: 'streams.num.standby.replicas', max: 'group.streams.max.standby.replicas' },
  { ...bounds('streams', 'assignment.interval.ms'), isOwnOnly: true },
];

/** Holds a group's texts against the bounds of the broker, whose table and texts are given. Throws `ConfigError`. */
export function validateGroupConfigs(texts: ConfigTexts, broker: ConfigTable, brokerTexts: ConfigTexts): void {
  const ofBroker = (name: string) => Number(brokerTexts[name] ?? broker[name]?.default);
  const numberOf = (name: string) => {
    const synonym = groupResourceConfigTable[name]?.synonyms[0]?.name ?? name;
    return texts[name] === undefined ? ofBroker(synonym) : Number(texts[name]);
  };
  for (const { name, min, max, isOwnOnly } of BOUNDS) {
    if (isOwnOnly && !Object.hasOwn(texts, name)) continue;
    if (min !== undefined && numberOf(name) < ofBroker(min)) {
      throw new ConfigError(`${name} must be greater than or equal to ${min}`);
    }
    if (numberOf(name) > ofBroker(max)) throw new ConfigError(`${name} must be less than or equal to ${max}`);
  }
  for (const kind of ['consumer', 'share', 'streams']) {
    const session = `${kind}.session.timeout.ms`;
    const heartbeat = `${kind}.heartbeat.interval.ms`;
    if (numberOf(session) <= numberOf(heartbeat)) throw new ConfigError(`${session} must be greater than ${heartbeat}`);
  }
}

function bounds(kind: string, name: string): Bounds {
  return { name: `${kind}.${name}`, min: `group.${kind}.min.${name}`, max: `group.${kind}.max.${name}` };
}

/** A positive duration of ISO 8601, as Java reads it. */
function isDuration(value: string): boolean {
  const match = /^by_duration:P(?:(\d+)D)?(?:T(?=\d)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d{1,9})?)S)?)?$/i.exec(value);
  return match?.slice(1).some((part) => Number(part ?? 0) > 0) ?? false;
}
