// npm run borders:check: exits 1 when a subgraph imports a file of another part by its path, which Biome does not see.
import { root } from '../repository.ts'
import { findCrossings } from './find-crossings.ts'

const crossings = findCrossings(root)
if (crossings.length > 0) {
  console.error(`Subgraphs meet in the graph or in @tikitu/schema, never by import:\n  ${crossings.join('\n  ')}`)
  process.exit(1)
}
console.log('no subgraph imports a file of another part by its path')
