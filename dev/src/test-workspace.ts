// npm test -w subgraphs/booking [-- hold-seats]: the tests of one workspace, or those of its files whose path contains a word.
import { spawnSync } from 'node:child_process'
import { join, relative } from 'node:path'
import { endWithFailure } from './end-with-failure.ts'
import { generateClient } from './generate-client.ts'
import { root } from './repository.ts'

await generateClient().catch(endWithFailure)
const vitest = join(root, 'node_modules/vitest/vitest.mjs')
const args = [vitest, 'run', '--dir', relative(root, process.cwd()), ...process.argv.slice(2)]
const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' })
process.exitCode = status ?? 1
