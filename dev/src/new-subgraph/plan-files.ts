import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { servicePorts } from '@tikitu/schema/services'
import { StartError } from '../stack/start-error.ts'
import { checkName, type SubgraphName } from './check-name.ts'
import { listEdits } from './list-edits.ts'

const template = fileURLToPath(new URL('./template', import.meta.url))

/** A new subgraph: its port, and the new text of every file to write, by path from the root. */
export interface NewSubgraph {
  port: number
  files: Map<string, string>
}

/**
 * Computes all files of a new subgraph without writing them: its folder from the template, its operations for the SDK, and the edited
 * lists of services. @throws {StartError} when the name is invalid or a list is not found
 */
export function planFiles(root: string, wanted: string): NewSubgraph {
  const read = (path: string) => readFileSync(join(root, path), 'utf8')
  const name = checkName(wanted, Object.keys(servicePorts), read('schema/api.graphql'))
  if (existsSync(join(root, 'subgraphs', wanted)))
    throw new StartError(`The folder subgraphs/${wanted} already exists.`)
  const port = Math.max(...Object.values(servicePorts)) + 1
  const versions = JSON.parse(read('subgraphs/admin/package.json')).dependencies as Record<string, string>
  const values = { drizzle: versions['drizzle-orm'] ?? '', zod: versions.zod ?? '', port: String(port) }
  const files = new Map<string, string>()
  for (const file of globSync('**/*.template', { cwd: template }).sort()) {
    const path = fill(file.replace(/\.template$/, ''), name, values)
    files.set(pathOf(path, wanted), fill(readFileSync(join(template, file), 'utf8'), name, values))
  }
  for (const { file, edit } of listEdits(name, port)) files.set(file, edit(read(file)))
  return { port, files }
}

function pathOf(path: string, name: string): string {
  return path === 'operations.graphql' ? `schema/operations/${name}.graphql` : `subgraphs/${name}/${path}`
}

function fill(text: string, { name, capital, upper }: SubgraphName, values: Readonly<Record<string, string>>): string {
  const named = text.replaceAll('__name__', name).replaceAll('__Name__', capital).replaceAll('__NAME__', upper)
  return named.replace(/__(drizzle|zod|port)__/g, (_all, key: string) => values[key] ?? '')
}
