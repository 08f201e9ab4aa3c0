// Data that a schema checks, by the interface that the libraries for schemas have in common (standardschema.dev, version 1).

import type { Serde } from './serde.ts';

/** A schema of zod, valibot, ArkType and others: what they all have beneath `~standard`. */
export interface StandardSchema<Input, Output = Input> {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (data: unknown) => SchemaResult<Output> | Promise<SchemaResult<Output>>;
    /** Never there when a program runs; it carries the types. */
    readonly types?: { readonly input: Input; readonly output: Output } | undefined;
  };
}

/** The data, or what is wrong with it. */
export type SchemaResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly SchemaIssue[] };

/** What a schema finds wrong, and where in the data. */
export interface SchemaIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

/**
 * Checks what is written and what was read. The input of the schema is what is written; what a reader gets is its output, with defaults and
 * transformations. A schema that checks asynchronously can only read.
 */
export function validated<Input, Output>(
  serde: Serde<Input, unknown>,
  schema: StandardSchema<Input, Output>,
): Serde<Input, Output> {
  const { validate } = schema['~standard'];
  return {
    serialize(data, context) {
      const result = validate(data);
      if (result instanceof Promise) {
        result.catch(() => {});
        throw new TypeError('its schema checks asynchronously, which is for reading only');
      }
      outputOf(result);
      return serde.serialize(data, context);
    },
    deserialize(bytes, context) {
      const data = serde.deserialize(bytes, context);
      const result = data instanceof Promise ? data.then(validate) : validate(data);
      return result instanceof Promise ? result.then(outputOf) : outputOf(result);
    },
  };
}

function outputOf<Output>(result: SchemaResult<Output>): Output {
  if (result.issues === undefined) return result.value;
  throw new TypeError(result.issues.map(describeIssue).join('; '));
}

function describeIssue({ message, path = [] }: SchemaIssue): string {
  const keys = path.map((step) => String(typeof step === 'object' ? step.key : step));
  return keys.length === 0 ? message : `${keys.join('.')}: ${message}`;
}
