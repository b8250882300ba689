// npm run build -w subgraphs/booking: explains that there is nothing to build.
import { relative } from 'node:path'
import { root } from '../stack/repository.ts'

const workspace = relative(root, process.cwd())
console.log(`${workspace}: nothing to build, Node runs its sources as they are (npm run typecheck checks them)`)
