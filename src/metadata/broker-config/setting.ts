// One row of the tables in this folder. They name every setting of Apache Kafka 4.3 that no module declares for itself, so that a Kafka user's
// `server.properties` is understood, and DescribeConfigs lists what Kafka lists. A module that begins to read one takes the row away.

import {
  boolean,
  type ConfigDefinition,
  type ConfigType,
  className,
  double,
  int,
  list,
  long,
  password,
  short,
  string,
  type UpdateMode,
} from '../../config/index.ts';

const BUILDERS = { boolean, string, int, short, long, double, list, class: className, password };

/** What a value may be; without it everything of the type. */
interface Limits {
  readonly min?: number;
  readonly max?: number;
  readonly also?: number;
  readonly oneOf?: readonly string[];
}

/** A setting that counts: it stands in for one of topics. */
export function setting(
  type: ConfigType,
  defaultText: string | null,
  doc: string,
  updateMode: UpdateMode = 'read-only',
  limits: Limits = {},
): ConfigDefinition<unknown> {
  return BUILDERS[type]({ default: defaultText, doc, updateMode, ...limits });
}

/** A setting that is accepted and has no effect here. */
export function unused(
  type: ConfigType,
  defaultText: string | null,
  doc: string,
  updateMode: UpdateMode = 'read-only',
  limits: Limits = {},
): ConfigDefinition<unknown> {
  return BUILDERS[type]({ default: defaultText, doc, updateMode, meaningless: true, ...limits });
}
