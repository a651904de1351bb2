// text/ mends text that a model wrote without our mask: escapes first, then the types of the parsed values.

export { coerce } from './coerce.js';
export type { CoercionPlace } from './coerce.js';
export { repairEscapes } from './repair.js';
export type { RepairOptions } from './repair.js';
