import { globSync, readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { findCycles, findViolations } from './find-violations.ts'
import { readImports } from './read-imports.ts'

const exclude = (path: string) => /node_modules|\/dist\b|\.tikitu|\/generated\//.test(path)
const manifests = globSync('{packages,subgraphs}/*/package.json').concat(globSync('{gateway,schema,dev}/package.json'))
const packages = new Map(
  manifests.map((path) => [(JSON.parse(readFileSync(path, 'utf8')) as { name: string }).name, dirname(path)]),
)
const files = globSync('{packages,subgraphs,gateway,schema,dev,bench}/**/*.ts', { exclude })
const graph = new Map(files.map((file) => [file, readImports(file, packages)]))

const violations = findViolations(graph)
const cycles = findCycles(graph).map((cycle) => cycle.join(' → '))

if (violations.length > 0) console.error(`Imports across a module boundary:\n  ${violations.join('\n  ')}`)
if (cycles.length > 0) console.error(`Import cycles:\n  ${cycles.join('\n  ')}`)
if (violations.length + cycles.length > 0) process.exit(1)
console.log(`${files.length} files respect the module boundaries`)
