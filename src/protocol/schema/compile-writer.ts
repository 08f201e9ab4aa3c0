// Compiles a schema and a version into a function that writes that version; see compile-reader.ts for why as source.
// A field that is left out counts as its default. A value that the version has no place for is refused unless the field is ignorable.

import { join, prefixed, scalarMethod } from './compile-reader.ts';
import { defaultSource, isDefaultSource } from './default-source.ts';
import type { Field, Fields } from './field.ts';
import { type LaidOutField, layOut, taggedFieldsOf, tagOf } from './layout.ts';
import type { Writer } from './writer.ts';

export type WriteFunction = (writer: Writer, value: unknown) => void;

export function compileWriter(fields: Fields, version: number, flexible: boolean): WriteFunction {
  const source = new WriterSource(version, flexible);
  const root = source.structWriter(fields, '');
  const compile = new Function('EMPTY', `'use strict';\n${source.text()}\nreturn ${root};`);
  return compile(Buffer.alloc(0)) as WriteFunction;
}

class WriterSource {
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

  /** Adds a function that writes the struct and gives its name. `path` is where it lies in the message, for errors. */
  structWriter(fields: Fields, path: string): string {
    const layout = layOut(fields, this.#version, this.#flexible);
    const lines = [`w.expectObject(value, ${JSON.stringify(path || 'message')});`];
    for (const item of layout) {
      if (item.place === 'plain') lines.push(this.#statement(item, this.#valueOf(item), join(path, item.name), 'w'));
      else if (item.place === 'absent') lines.push(...this.#absent(item, join(path, item.name)));
    }
    if (this.#flexible) lines.push(...this.#taggedFields(taggedFieldsOf(layout), path));
    return this.#add('w, value', lines);
  }

  #absent({ name, field }: LaidOutField, path: string): string[] {
    if (field.options.ignorable === true) return [];
    return [`if (${this.#isSet(name, field)}) w.failUnsupported(${JSON.stringify(path)});`];
  }

  #taggedFields(fields: readonly LaidOutField[], path: string): string[] {
    const isSet = fields.map(({ name, field }) => `const has_${name} = ${this.#isSet(name, field)};`);
    const count = fields.map(({ name }) => `(has_${name} ? 1 : 0)`).join(' + ');
    const writes = fields.map((item) => {
      const statement = this.#statement(item, `value.${item.name}`, join(path, item.name), 't');
      return `if (has_${item.name}) { const t = w.nested(); ${statement} w.taggedField(${tagOf(item)}, t); }`;
    });
    return [...isSet, `w.unsignedVarint(${count || '0'});`, ...writes];
  }

  /** The source of the value to write, where leaving it out is allowed. */
  #valueOf({ name, field }: LaidOutField): string {
    const { versions, tag } = field.options;
    const mayBeLeftOut = versions !== undefined || tag !== undefined || field.options.default !== undefined;
    if (!mayBeLeftOut) return `value.${name}`;
    return `(value.${name} === undefined ? ${defaultSource(field)} : value.${name})`;
  }

  #statement(item: LaidOutField, value: string, path: string, writer: string): string {
    const { field, nullable, compact, place } = item;
    const at = JSON.stringify(path);
    if (field.kind === 'array') {
      return `${this.#arrayWriter(field.element, nullable, compact, path)}(${writer}, ${value});`;
    }
    if (field.kind === 'struct') {
      const write = this.structWriter(field.fields, path);
      if (!nullable) return `${write}(${writer}, ${value});`;
      const mark = (byte: number) =>
        place === 'tagged' ? `${writer}.unsignedVarint(${byte})` : `${writer}.int8(${byte || -1}, ${at})`;
      return `{ const s = ${value}; if (s === null) ${mark(0)}; else { ${mark(1)}; ${write}(${writer}, s); } }`;
    }
    return `${writer}.${scalarMethod(field.kind, nullable, compact)}(${value}, ${at});`;
  }

  #arrayWriter(element: Field, nullable: boolean, compact: boolean, path: string): string {
    const method = prefixed('arrayLength', nullable, compact);
    const item: LaidOutField = { name: path, field: element, place: 'plain', nullable: false, compact };
    return this.#add('w, items', [
      `w.${method}(items, ${JSON.stringify(path)});`,
      ...(nullable ? ['if (items === null) return;'] : []),
      `for (let i = 0; i < items.length; i++) { ${this.#statement(item, 'items[i]', path, 'w')} }`,
    ]);
  }

  /** Whether the field has a value that a reader would miss if it were not written. */
  #isSet(name: string, field: Field): string {
    const value = `value.${name}`;
    return `(${value} !== undefined && !(${isDefaultSource(field, value, (fields) => this.#defaultTest(fields))}))`;
  }

  #defaultTest(fields: Fields): string {
    const isSet = Object.entries(fields).map(([name, inner]) => this.#isSet(name, inner));
    return this.#add('value', [`return !(${isSet.join(' || ') || 'false'});`]);
  }

  #add(parameters: string, lines: readonly string[]): string {
    const name = `f${this.#functions.length}`;
    this.#functions.push(`function ${name}(${parameters}) {\n${lines.join('\n')}\n}`);
    return name;
  }
}
