import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { generateClient } from '../dev/src/stack/generate-client.ts'

const benches: Readonly<Record<string, string>> = {
  gateway: './gateway/main.ts',
  'own-graph': './own-graph/main.ts',
  holds: './holds/main.ts',
  rest: './rest/main.ts',
}
const [name = '', ...rest] = process.argv.slice(2)
const script = benches[name]
if (!script) {
  console.log(`npm run bench -- ${Object.keys(benches).join(' | ')}`)
  process.exit(1)
}
// On a fresh clone there is no client yet, by which two of them talk to the stack.
await generateClient()
// What is measured has core 0 for itself; everything else is on core 1.
const command = ['-c', '1', process.execPath, fileURLToPath(new URL(script, import.meta.url)), ...rest]
process.exit(spawnSync('taskset', command, { stdio: 'inherit' }).status ?? 1)
