// Colours, only where a terminal shows them and nobody said NO_COLOR.

import { styleText } from 'node:util';
import type { OutputStream } from '../context.ts';

type Format = Parameters<typeof styleText>[0];
export type Style = (format: Format, text: string) => string;

export function styler(output: OutputStream): Style {
  if (!output.isTTY) return (_format, text) => text;
  // With a stream that is a terminal Node decides by NO_COLOR, FORCE_COLOR and TERM.
  return (format, text) => styleText(format, text, { stream: output });
}
