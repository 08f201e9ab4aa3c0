// How many files logs keep open while nobody uses them.

/** Where the system does not tell how many there may be. */
const USUAL_FILES = 500;
/** Each costs memory. */
const MOST_FILES = 2000;

/** `set` is `log.max.open.files`; `allowed` is what the process may have open. The half that is left is for connections. */
export function filesToKeepOpen(set: number | null, allowed: number | undefined): number {
  if (set !== null) return set;
  return allowed === undefined ? USUAL_FILES : Math.min(Math.floor(allowed / 2), MOST_FILES);
}
