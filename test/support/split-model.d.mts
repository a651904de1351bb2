/** Writes a tiny random model whole and in three parts, of which the first has no tensors. */
export function writeSplitModel(folder: string): { readonly whole: string; readonly first: string; readonly parts: readonly string[] };
