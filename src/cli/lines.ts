// Cuts a byte stream into lines, without their ends. Bytes, not text: a record may hold anything.

const NEWLINE = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/** A longer line is an error: it would have to be held in memory, and no broker takes it by default. */
export const MAX_LINE_BYTES = 256 * 1024 * 1024;

/** The lines of each chunk that arrives, as views on it where they were not split. The last line needs no end. */
export async function* readLines(
  input: AsyncIterable<Buffer | string>,
  maxLineBytes = MAX_LINE_BYTES,
): AsyncGenerator<Buffer[], void> {
  let open: Buffer[] = [];
  let openBytes = 0;
  for await (const chunk of input) {
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
    const lines: Buffer[] = [];
    let start = 0;
    for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, start)) {
      const rest = bytes.subarray(start, end);
      lines.push(withoutReturn(open.length > 0 ? Buffer.concat([...open, rest]) : rest));
      open = [];
      openBytes = 0;
      start = end + 1;
    }
    if (start < bytes.length) {
      open.push(bytes.subarray(start));
      openBytes += bytes.length - start;
      if (openBytes > maxLineBytes) throw new Error(`A line is longer than ${maxLineBytes} bytes`);
    }
    if (lines.length > 0) yield lines;
  }
  if (openBytes > 0) yield [withoutReturn(Buffer.concat(open))];
}

/** As text files of Windows end their lines. */
function withoutReturn(line: Buffer): Buffer {
  return line.at(-1) === CARRIAGE_RETURN ? line.subarray(0, -1) : line;
}
