// Bytes of requests that a group keeps. They come as views on the request's buffer, and small buffers of Node share slabs with
// others: one that is kept for weeks would keep its whole slab. So what belongs together is copied into one allocation of its own.

export function ownedBytes(views: readonly Buffer[]): Buffer[] {
  const size = views.reduce((sum, view) => sum + view.length, 0);
  const owner = Buffer.allocUnsafeSlow(size);
  let position = 0;
  return views.map((view) => {
    const start = position;
    position += view.copy(owner, start);
    return owner.subarray(start, position);
  });
}
