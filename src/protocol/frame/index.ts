// Frames: what goes over a connection.

export * from './frame-reader.ts';
export * from './headers.ts';
export * from './length-prefix.ts';
export * from './request.ts';
export * from './response.ts';
