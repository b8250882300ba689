// npm run build -w subgraphs/booking: says why nothing needs to be done.
import { relative } from 'node:path'
import { root } from './repository.ts'

const workspace = relative(root, process.cwd())
console.log(`${workspace}: nothing to build, Node runs its sources as they are (npm run typecheck checks them)`)
