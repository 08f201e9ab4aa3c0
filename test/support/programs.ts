// Finds the programs of others that the tests run, and installs what this machine lets us install: system packages as root where apt
// is, a Python environment and jars in a cache folder. What cannot be had comes back with the reason, for a test to be skipped with.

import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { runCommand } from '../../scripts/run-command.ts';

export const KAFKA_VERSION = '4.3.1';
/**
 * The one that tests kill in the middle of transactions. 4.3.1 forgets markers while a partition has no leader, as at each start (KAFKA-20734).
 */
export const KAFKA_VERSION_TO_KILL = '4.2.0';
/** The last of the line before Kafka 4, which many clusters still run. */
export const OLDER_KAFKA_VERSION = '3.9.1';
const CONFLUENT_KAFKA_VERSION = '2.16.1';
const KAFKA_PYTHON_VERSION = '3.0.12';
const CACHE = process.env.MILLRACE_TEST_CACHE ?? join(homedir(), '.cache', 'millrace-test');

/** Where a program is, or why it cannot be had. */
export type Program = { readonly path: string } | { readonly missing: string };

/** kcat, a producer and consumer on librdkafka. */
export function findKcat(): Promise<Program> {
  return findCommand('kcat', ['kcat']);
}

/** strace, which also makes system calls fail. */
export function findStrace(): Promise<Program> {
  return findCommand('strace', ['strace']);
}

/** faketime, which shows a program another time. */
export function findFaketime(): Promise<Program> {
  return findCommand('faketime', ['faketime']);
}

/** openssl, which makes key stores. */
export function findOpenssl(): Promise<Program> {
  return findCommand('openssl', ['openssl']);
}

/** keytool, which makes Java's key stores. */
export function findKeytool(): Promise<Program> {
  return findCommand('keytool', ['default-jdk-headless']);
}

/** javap, which tells what is in a class file. */
export function findJavap(): Promise<Program> {
  return findCommand('javap', ['default-jdk-headless']);
}

/** The folder with Apache Kafka's jars, as a Java class path. Needs a JDK, because tests run a Java source file. */
export function findKafkaJars(version = KAFKA_VERSION): Promise<Program> {
  return findJars('kafka', 'kafka-jars.pom.xml', version);
}

/** The same for an application of Kafka Streams. */
export function findKafkaStreamsJars(): Promise<Program> {
  return findJars('kafka-streams', 'kafka-streams.pom.xml', KAFKA_VERSION);
}

/** The same with Apache Kafka's metadata shell alone. */
export function findKafkaShellJars(): Promise<Program> {
  return findJars('kafka-shell', 'kafka-shell.pom.xml', KAFKA_VERSION);
}

async function findJars(name: string, pom: string, version: string): Promise<Program> {
  const java = await findCommand('javac', ['default-jdk-headless']);
  if ('missing' in java) return java;
  const folder = join(CACHE, `${name}-${version}`);
  if (existsSync(folder)) return { path: join(folder, '*') };
  const maven = await findCommand('mvn', ['maven']);
  if ('missing' in maven) return maven;
  return makeOnce(folder, async (target) => {
    await run(maven.path, [
      '--quiet',
      '--batch-mode',
      `--file=${join(import.meta.dirname, pom)}`,
      `-Dkafka.version=${version}`,
      'dependency:copy-dependencies',
      '-DincludeScope=runtime',
      `-DoutputDirectory=${target}`,
    ]);
    return join(folder, '*');
  });
}

/** A Python interpreter that can import confluent_kafka. */
export function findConfluentKafka(): Promise<Program> {
  return findPythonWith('confluent-kafka', CONFLUENT_KAFKA_VERSION);
}

/** A Python interpreter that can import kafka, which is kafka-python. */
export function findKafkaPython(): Promise<Program> {
  return findPythonWith('kafka-python', KAFKA_PYTHON_VERSION);
}

async function findPythonWith(name: string, version: string): Promise<Program> {
  const folder = join(CACHE, `${name}-${version}`);
  const interpreter = join(folder, 'bin', 'python3');
  if (existsSync(interpreter)) return { path: interpreter };
  const python = await findCommand('python3', ['python3', 'python3-venv', 'python3-pip']);
  if ('missing' in python) return python;
  return makeOnce(folder, async (target) => {
    // Packages go beside the interpreter by --target, so that the folder may be renamed afterwards.
    await run(python.path, ['-m', 'venv', '--without-pip', target]);
    await run(python.path, [
      ...['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--only-binary=:all:'],
      `--target=${await sitePackages(target)}`,
      `${name}==${version}`,
    ]);
    return interpreter;
  });
}

async function sitePackages(environment: string): Promise<string> {
  const script = 'import sysconfig; print(sysconfig.get_path("purelib"))';
  return (await run(join(environment, 'bin', 'python3'), ['-c', script])).trim();
}

async function findCommand(name: string, packages: readonly string[]): Promise<Program> {
  const found = onPath(name);
  if (found !== undefined) return { path: found };
  const apt = onPath('apt-get');
  if (apt === undefined || process.getuid?.() !== 0) {
    return { missing: `${name} is not installed, and only root on a system with apt could install it` };
  }
  try {
    await run(apt, ['update', '-qq']);
    const quietly = ['-qq', '--yes', '--no-install-recommends', '-o', 'DPkg::Lock::Timeout=120'];
    await run(apt, ['install', ...quietly, ...packages], { DEBIAN_FRONTEND: 'noninteractive' });
  } catch (error) {
    return { missing: `${name} could not be installed: ${(error as Error).message}` };
  }
  const installed = onPath(name);
  return installed === undefined ? { missing: `${packages.join(' ')} did not bring ${name}` } : { path: installed };
}

function onPath(name: string): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter);
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
}

/** Makes a folder of the cache in a temporary place and renames it when complete, so that no half of it is ever found. */
async function makeOnce(folder: string, make: (target: string) => Promise<string>): Promise<Program> {
  await mkdir(CACHE, { recursive: true });
  const target = await mkdtemp(`${folder}-`);
  try {
    const path = await make(target);
    // Another test that was quicker has made the same.
    if (!existsSync(folder)) await rename(target, folder);
    return { path };
  } catch (error) {
    return { missing: (error as Error).message };
  } finally {
    await rm(target, { recursive: true, force: true });
  }
}

async function run(
  command: string,
  parameters: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<string> {
  const { code, output } = await runCommand(command, parameters, { environment });
  if (code !== 0) throw new Error(`${command} ${parameters.join(' ')} ended with ${code}: ${output.trim()}`);
  return output;
}
