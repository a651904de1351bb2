// The nodes of a program under construction, each distinct one kept once. Numbers in typed arrays and a hash table over
// them: 400 tools make 10,000 nodes, and keys of text would cost more than all the rest of compiling them.

const NODE_WORDS = 5;
const SEED = 0x811c9dc5;
const FACTOR = 0x9e3779b1;
const NO_LIST: readonly number[] = [];

/** Nodes of five words, and the lists that some of them refer to. */
export class NodeTable {
  #nodes = new Uint32Array(NODE_WORDS * 256);
  #hashes = new Uint32Array(256);
  #lists = new Uint32Array(1024);
  #slots = new Uint32Array(1024); // 1 + node; 0 is free
  #count = 0;
  #listWords = 0;

  get count(): number {
    return this.#count;
  }
  get listWords(): number {
    return this.#listWords;
  }
  /** All nodes; valid until the next is added. */
  nodes(): Uint32Array {
    return this.#nodes.subarray(0, this.#count * NODE_WORDS);
  }
  lists(): Uint32Array {
    return this.#lists.subarray(0, this.#listWords);
  }

  /** The node with these words; made if there is none. */
  node(op: number, a: number, b: number, c: number, d: number): number {
    return this.#intern(op, a, b, c, d, NO_LIST);
  }

  /** The node `op, offset of the list, b, c, d`. Nodes with equal `op` and `b` must have lists of equal length. */
  listNode(op: number, list: readonly number[], b: number, c: number, d: number): number {
    return this.#intern(op, -1, b, c, d, list);
  }

  #intern(op: number, a: number, b: number, c: number, d: number, list: readonly number[]): number {
    // FNV's steps with a larger factor, by whole words; at the end the high bits, which all words reach, come down.
    let hash = Math.imul(Math.imul(Math.imul(Math.imul(Math.imul(op ^ SEED, FACTOR) ^ a, FACTOR) ^ b, FACTOR) ^ c, FACTOR) ^ d, FACTOR);
    for (let i = 0; i < list.length; i++) hash = Math.imul(hash ^ (list[i] as number), FACTOR);
    hash = (hash ^ (hash >>> 16)) >>> 0;
    let slot = hash & (this.#slots.length - 1);
    for (let known; (known = this.#slots[slot] as number) !== 0; slot = (slot + 1) & (this.#slots.length - 1)) {
      if (this.#hashes[known - 1] === hash && this.#equals(known - 1, op, a, b, c, d, list)) return known - 1;
    }
    const node = this.#add(slot, hash);
    const at = node * NODE_WORDS;
    const words = this.#nodes;
    words[at] = op;
    words[at + 1] = a < 0 ? this.#addList(list) : a;
    words[at + 2] = b;
    words[at + 3] = c;
    words[at + 4] = d;
    return node;
  }

  #equals(node: number, op: number, a: number, b: number, c: number, d: number, list: readonly number[]): boolean {
    const at = node * NODE_WORDS;
    const words = this.#nodes;
    if (words[at] !== op || words[at + 2] !== b >>> 0 || words[at + 3] !== c >>> 0 || words[at + 4] !== d >>> 0) return false;
    if (a >= 0) return words[at + 1] === a >>> 0;
    const offset = words[at + 1] as number;
    for (let i = 0; i < list.length; i++) if (this.#lists[offset + i] !== (list[i] as number) >>> 0) return false;
    return true;
  }

  /** A node with this hash, for which there is room; its words are still to be written. */
  #add(slot: number, hash: number): number {
    const node = this.#count++;
    if (this.#count > this.#hashes.length) {
      this.#hashes = withRoom(this.#hashes, this.#count);
      this.#nodes = withRoom(this.#nodes, this.#count * NODE_WORDS);
    }
    this.#hashes[node] = hash;
    this.#slots[slot] = node + 1;
    if (this.#count * 2 > this.#slots.length) this.#rehash();
    return node;
  }

  #addList(list: readonly number[]): number {
    const offset = this.#listWords;
    this.#listWords += list.length;
    if (this.#listWords > this.#lists.length) this.#lists = withRoom(this.#lists, this.#listWords);
    for (let i = 0; i < list.length; i++) this.#lists[offset + i] = list[i] as number;
    return offset;
  }

  #rehash(): void {
    this.#slots = new Uint32Array(this.#slots.length * 4);
    const last = this.#slots.length - 1;
    for (let node = 0; node < this.#count; node++) {
      let slot = (this.#hashes[node] as number) & last;
      while (this.#slots[slot] !== 0) slot = (slot + 1) & last;
      this.#slots[slot] = node + 1;
    }
  }
}

function withRoom(array: Uint32Array<ArrayBuffer>, length: number): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(Math.max(length, array.length * 4));
  larger.set(array);
  return larger;
}
