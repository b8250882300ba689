// npm test -w subgraphs/booking [-- hold-seats]: the tests of one workspace, or of its files whose path contains a word.
import { spawnSync } from 'node:child_process'
import { join, relative } from 'node:path'
import { generateClient } from '../stack/generate-client.ts'
import { root } from '../stack/repository.ts'
import { exitWithError } from './exit-with-error.ts'

await generateClient().catch(exitWithError)
const vitest = join(root, 'node_modules/vitest/vitest.mjs')
const args = [vitest, 'run', '--dir', relative(root, process.cwd()), ...process.argv.slice(2)]
const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' })
process.exitCode = status ?? 1
