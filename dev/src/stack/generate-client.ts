import { execFile } from 'node:child_process'
import { globSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { root } from './repository.ts'
import { StartError } from './start-error.ts'

/**
 * Generates the typed SDK if it is missing or older than its sources: seed data and demo need it on a fresh clone.
 * @throws {StartError}
 */
export async function generateClient(): Promise<void> {
  const generatedAt = modifiedAt(join(root, 'packages/client/src/generated/graphql.ts'))
  const sources = ['codegen.ts', 'schema/api.graphql', ...globSync('schema/operations/*.graphql', { cwd: root })]
  if (sources.every((source) => modifiedAt(join(root, source)) <= generatedAt)) return
  const codegen = join(root, 'node_modules/@graphql-codegen/cli/esm/bin.js')
  try {
    await promisify(execFile)(process.execPath, [codegen, '--config', 'codegen.ts', '--silent'], { cwd: root })
  } catch (error) {
    throw new StartError(`The client could not be generated (npm run codegen): ${(error as Error).message}`)
  }
}

function modifiedAt(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0
}
