import { loadModel } from 'surecall';

const model = await loadModel();
const caller = model.caller([
  // OpenAI's shape, a tool as an MCP server lists it, and parameters by name
  { type: 'function', function: { name: 'read_file', parameters: { type: 'object', properties: { path: { type: 'string' } }, required: ['path'] } } },
  { name: 'list_files', description: 'List a folder.', inputSchema: { type: 'object', properties: { folder: { type: 'string' } } } },
  { name: 'delete_file', description: 'Delete a file.', parameters: { path: { type: 'string' }, force: { type: 'boolean' } } },
]);
const { calls } = await caller.call([
  { role: 'system', content: 'You work on files.' },
  { role: 'user', content: 'Read the file at /tmp/notes.txt' },
]);
for (const call of calls) {
  if (call.name === 'read_file') console.log('read', call.arguments.path.toUpperCase());
  else if (call.name === 'list_files') console.log('list', call.arguments.folder ?? '.');
  else console.log('delete', call.arguments.path, call.arguments.force);
}
await model.dispose();
