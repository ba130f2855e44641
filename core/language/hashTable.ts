/**
 * Reads `count` 32-bit feature hashes from `at` on and gives the row of a hash, or -1. Open addressing, half empty, so that a
 * look-up takes one or two steps.
 */
export function readHashTable(view: DataView, at: number, count: number): (key: number) => number {
  const size = 2 ** Math.ceil(Math.log2(Math.max(2, count * 2)));
  const mask = size - 1;
  const slots = new Int32Array(size).fill(-1);
  const hashes = new Uint32Array(count);
  for (let i = 0; i < count; i += 1) {
    const key = view.getUint32(at + 4 * i, true);
    hashes[i] = key;
    let slot = key & mask;
    while ((slots[slot] ?? -1) !== -1) slot = (slot + 1) & mask;
    slots[slot] = i;
  }
  return (key) => {
    for (let slot = key & mask; ; slot = (slot + 1) & mask) {
      const row = slots[slot] ?? -1;
      if (row === -1 || hashes[row] === key) return row;
    }
  };
}
