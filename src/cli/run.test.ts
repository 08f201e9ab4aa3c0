import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CommandGroup, LazyCommand } from './command.ts';
import { commandTree } from './command-tree.ts';
import { runCli } from './testing/run-cli.ts';

test('without a command, and with --help, the commands are shown', async () => {
  for (const args of [[], ['--help'], ['-h'], ['help']]) {
    const { exitCode, stdout, stderr } = await runCli(args);
    assert.equal(exitCode, 0);
    assert.match(stdout, /^Usage$/m);
    for (const name of Object.keys(commandTree.commands)) assert.match(stdout, new RegExp(`^  ${name} `, 'm'));
    assert.equal(stderr, '');
  }
});

test('help COMMAND is COMMAND --help', async () => {
  const [first, second] = await Promise.all([
    runCli(['help', 'topics', 'create']),
    runCli(['topics', 'create', '--help']),
  ]);
  assert.equal(first.stdout, second.stdout);
  assert.match(first.stdout, /--partitions N/);
});

test('an unknown command is a usage error with a hint', async () => {
  const { exitCode, stdout, stderr } = await runCli(['topic', 'list']);
  assert.equal(exitCode, 2);
  assert.equal(stdout, '');
  assert.match(stderr, /There is no command topic: did you mean topics\?/);
});

test('names that every object has are no commands', async () => {
  assert.equal((await runCli(['constructor'])).exitCode, 2);
  assert.equal((await runCli(['topics', 'toString'])).exitCode, 2);
});

test('a group of commands without one is a usage error that names them', async () => {
  const { exitCode, stderr } = await runCli(['groups']);
  assert.equal(exitCode, 2);
  assert.match(stderr, /list, describe/);
});

test('an unknown option is a usage error with a hint', async () => {
  const { exitCode, stderr } = await runCli(['topics', 'create', 'x', '--partitons', '3']);
  assert.equal(exitCode, 2);
  assert.match(stderr, /Unknown option --partitons, did you mean --partitions\?/);
  assert.match(stderr, /Run millrace topics create --help/);
});

test('--version tells the version', async () => {
  const { exitCode, stdout } = await runCli(['--version']);
  assert.equal(exitCode, 0);
  assert.match(stdout, /^millrace \d+\.\d+\.\d+ /);
});

test('an error is one line on stderr and exit code 1', async () => {
  const { exitCode, stdout, stderr } = await runCli(['topics', 'list']);
  assert.equal(exitCode, 1);
  assert.equal(stdout, '');
  assert.equal(stderr, 'millrace: This test gives the command no platform\n');
});

async function* commands(group: CommandGroup, path: readonly string[]): AsyncGenerator<[string[], LazyCommand]> {
  for (const [name, entry] of Object.entries(group.commands)) {
    if ('commands' in entry) yield* commands(entry, [...path, name]);
    else yield [[...path, name], entry];
  }
}

test('every command loads, has the name under which it is found, an example that names it, and help', async () => {
  for await (const [path, entry] of commands(commandTree, [])) {
    const command = await entry.load();
    assert.equal(command.name, path.at(-1));
    assert.ok(command.examples.length > 0, path.join(' '));
    for (const example of command.examples)
      assert.ok(example.command.includes(`millrace ${path.join(' ')}`), example.command);
    const { exitCode, stdout } = await runCli([...path, '--help']);
    assert.equal(exitCode, 0);
    for (const option of Object.keys(command.options))
      assert.ok(stdout.includes(`--${option}`), `${path.join(' ')} --${option}`);
  }
});

test('no two options of a command share a letter', async () => {
  for await (const [path, entry] of commands(commandTree, [])) {
    const { options } = await entry.load();
    const letters = Object.values(options).flatMap(({ short }) => (short === undefined ? [] : [short]));
    assert.equal(new Set(letters).size, letters.length, `${path.join(' ')}: ${letters.join(' ')}`);
  }
});
