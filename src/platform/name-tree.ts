// How a path finds its file in a tree of directories that a program keeps in memory, with the errors of a file system. The disk in memory and
// a simulated one differ in what their files and directories are; this is what they have in common.

import { systemError } from './system-error.ts';

interface FileNode {
  readonly kind: 'file';
}

interface DirectoryNode<File, Directory> {
  readonly kind: 'directory';
  readonly names: ReadonlyMap<string, File | Directory>;
}

/** What the path names, or undefined when there is no such name. A relative path starts at the root too. */
export function findNode<File extends FileNode, Directory extends DirectoryNode<File, Directory>>(
  root: Directory,
  path: string,
): File | Directory | undefined {
  let node: File | Directory | undefined = root;
  for (const name of namesOf(path)) node = node?.kind === 'directory' ? node.names.get(name) : undefined;
  return node;
}

/** The directory of that path; throws `ENOENT` or `ENOTDIR` as a system call would. */
export function findDirectory<File extends FileNode, Directory extends DirectoryNode<File, Directory>>(
  root: Directory,
  path: string,
  syscall: string,
): Directory {
  const node = findNode<File, Directory>(root, path);
  if (!node) throw missingPath(syscall, path);
  if (node.kind === 'file') throw systemError('ENOTDIR', syscall, path, 'it is not a directory');
  return node;
}

/** The directory that holds the last name of the path, whether it has the name or not; throws `EBUSY` for the root. */
export function findParent<File extends FileNode, Directory extends DirectoryNode<File, Directory>>(
  root: Directory,
  path: string,
  syscall: string,
): { parent: Directory; name: string } {
  const names = namesOf(path);
  const name = names.pop();
  if (name === undefined) throw systemError('EBUSY', syscall, path, 'it is the root directory');
  return { parent: findDirectory<File, Directory>(root, names.join('/'), syscall), name };
}

/** The names from the root to what the path means. */
export function namesOf(path: string): string[] {
  const names: string[] = [];
  for (const name of path.split('/')) {
    if (name === '..') names.pop();
    else if (name !== '' && name !== '.') names.push(name);
  }
  return names;
}

/** The rules of rename(2): a file replaces a file, a directory only an empty directory. */
export function assertReplaceable(
  node: FileNode | DirectoryNode<unknown, unknown>,
  replaced: FileNode | DirectoryNode<unknown, unknown>,
  path: string,
): void {
  if (replaced.kind === 'file') {
    if (node.kind === 'directory') throw systemError('ENOTDIR', 'rename', path, 'it is not a directory');
  } else {
    if (node.kind === 'file') throw systemError('EISDIR', 'rename', path, 'it is a directory');
    if (replaced.names.size > 0) throw systemError('ENOTEMPTY', 'rename', path, 'the directory is not empty');
  }
}

export function missingPath(syscall: string, path: string): NodeJS.ErrnoException {
  return systemError('ENOENT', syscall, path, 'no such file or directory');
}
