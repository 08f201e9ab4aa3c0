// What is used of cli-progress, which comes without types.

declare module 'cli-progress' {
  interface BarOptions {
    readonly stream: import('node:stream').Writable;
    readonly format: string;
    readonly barCompleteChar: string;
    readonly barIncompleteChar: string;
    readonly barsize: number;
    readonly hideCursor: boolean;
    readonly clearOnComplete: boolean;
    readonly stopOnComplete: boolean;
    readonly fps: number;
    formatValue(value: number, options: BarOptions, type: string): string;
  }

  export class SingleBar {
    constructor(options: BarOptions);
    start(total: number, startValue: number): void;
    update(value: number): void;
    stop(): void;
  }

  const cliProgress: { readonly SingleBar: typeof SingleBar };
  export default cliProgress;
}
