// Compiles a schema and a version into a function that reads that version. The function is generated as JavaScript source: each
// field becomes one call, and each object one literal with all fields in the same order, whatever the version, so that what
// handles messages sees one hidden class. An interpreter of schemas would be several times slower. Names in the source come from
// our own schemas only, never from the wire.

import { defaultSource } from './default-source.ts';
import type { Field, Fields } from './field.ts';
import { type LaidOutField, layOut, minBytesOf, taggedFieldsOf, tagOf } from './layout.ts';
import type { Reader } from './reader.ts';

export type ReadFunction = (reader: Reader) => unknown;

export function compileReader(fields: Fields, version: number, flexible: boolean): ReadFunction {
  const source = new ReaderSource(version, flexible);
  const root = source.structReader(fields, '');
  const compile = new Function('EMPTY', `'use strict';\n${source.text()}\nreturn ${root};`);
  return compile(Buffer.alloc(0)) as ReadFunction;
}

class ReaderSource {
  readonly #version: number;
  readonly #flexible: boolean;
  readonly #functions: string[] = [];

  constructor(version: number, flexible: boolean) {
    this.#version = version;
    this.#flexible = flexible;
  }

  text(): string {
    return this.#functions.join('\n');
  }

  /** Adds a function that reads the struct and gives its name. `path` is where it lies in the message, for errors. */
  structReader(fields: Fields, path: string): string {
    const layout = layOut(fields, this.#version, this.#flexible);
    const lines: string[] = [];
    for (const item of layout) {
      const value = item.place === 'plain' ? this.#value(item, join(path, item.name)) : defaultSource(item.field);
      lines.push(`${item.place === 'tagged' ? 'let' : 'const'} _${item.name} = ${value};`);
    }
    if (this.#flexible) lines.push(...this.#taggedFields(taggedFieldsOf(layout), path));
    lines.push(`return { ${layout.map(({ name }) => `${name}: _${name}`).join(', ')} };`);
    return this.#add('r', lines);
  }

  #taggedFields(fields: readonly LaidOutField[], path: string): string[] {
    const where = JSON.stringify(join(path, 'taggedFields'));
    const lines = [`for (let left = r.unsignedVarint(${where}); left > 0; left--) {`];
    lines.push(`switch (r.unsignedVarint(${where})) {`);
    for (const item of fields) {
      const at = JSON.stringify(join(path, item.name));
      lines.push(`case ${tagOf(item)}: {`);
      lines.push(`const outerEnd = r.enterTaggedField(${at});`);
      lines.push(`_${item.name} = ${this.#value(item, join(path, item.name))};`);
      lines.push(`r.leaveTaggedField(outerEnd, ${at}); break; }`);
    }
    lines.push(`default: r.skipTaggedField(${where});`, '} }');
    return lines;
  }

  #value(item: LaidOutField, path: string): string {
    const { field, nullable, compact, place } = item;
    const at = JSON.stringify(path);
    if (field.kind === 'array') {
      return `${this.#arrayReader(field.element, nullable, compact, path)}(r)`;
    }
    if (field.kind === 'struct') {
      const read = `${this.structReader(field.fields, path)}(r)`;
      if (!nullable) return read;
      return `${place === 'tagged' ? `r.unsignedVarint(${at}) === 0` : `r.int8(${at}) < 0`} ? null : ${read}`;
    }
    return `r.${scalarMethod(field.kind, nullable, compact)}(${at})`;
  }

  #arrayReader(element: Field, nullable: boolean, compact: boolean, path: string): string {
    const minBytes = minBytesOf(element, this.#version, this.#flexible);
    const method = prefixed('arrayLength', nullable, compact);
    const item = this.#value({ name: path, field: element, place: 'plain', nullable: false, compact }, path);
    return this.#add('r', [
      `const length = r.${method}(${JSON.stringify(path)}, ${minBytes});`,
      ...(nullable ? ['if (length < 0) return null;'] : []),
      'const items = [];',
      `for (let i = 0; i < length; i++) items.push(${item});`,
      'return items;',
    ]);
  }

  #add(parameters: string, lines: readonly string[]): string {
    const name = `f${this.#functions.length}`;
    this.#functions.push(`function ${name}(${parameters}) {\n${lines.join('\n')}\n}`);
    return name;
  }
}

/** The name of the Reader's and Writer's method for a scalar: `int32`, `compactNullableString`. */
export function scalarMethod(kind: string, nullable: boolean, compact: boolean): string {
  if (kind === 'records') return prefixed('bytes', nullable, compact);
  return kind === 'string' || kind === 'bytes' ? prefixed(kind, nullable, compact) : kind;
}

export function join(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}

export function prefixed(name: string, nullable: boolean, compact: boolean): string {
  const words = [compact ? 'compact' : '', nullable ? 'nullable' : '', name].filter((word) => word !== '');
  return words.map((word, index) => (index === 0 ? word : word.charAt(0).toUpperCase() + word.slice(1))).join('');
}
