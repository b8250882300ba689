import { execFileSync } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { root } from '../src/stack/repository.ts'

/**
 * Adds a new subgraph to a copy of the repository, and runs generation, checks and tests there. Third-party packages are linked.
 * @throws when a step fails
 */
export function verifyInCopy(name: string, files: ReadonlyMap<string, string>): void {
  mkdirSync(join(root, '.tikitu/tests'), { recursive: true })
  const copy = mkdtempSync(join(root, '.tikitu/tests/new-subgraph-'))
  const run = (command: string, ...args: string[]) =>
    execFileSync(join(copy, 'node_modules/.bin', command), args, { cwd: copy, stdio: 'inherit' })
  try {
    copyInto(copy)
    for (const [path, text] of files) {
      mkdirSync(dirname(join(copy, path)), { recursive: true })
      writeFileSync(join(copy, path), text)
    }
    symlinkSync(`../../subgraphs/${name}`, join(copy, 'node_modules/@tikitu', name))
    run('biome', 'check', '--write', `subgraphs/${name}`, 'schema/events')
    const generate = [join(copy, 'dev/src/commands/db-generate.ts'), '--name', 'first_tables']
    execFileSync(join(copy, 'node_modules/.bin/node'), generate, { cwd: join(copy, 'subgraphs', name) })
    run('node', 'schema/compose.ts')
    run('graphql-codegen', '--config', 'codegen.ts', '--silent')
    run('biome', 'check', '--error-on-warnings', `subgraphs/${name}`, 'schema/operations', 'schema/events')
    run('tsc', '-p', 'tsconfig.json')
    run('knip', '--workspace', `subgraphs/${name}`)
    run('node', 'docs/check-documents.ts')
    run('vitest', 'run', `subgraphs/${name}`, 'dev/src/variables/env-example.test.ts', 'schema')
  } finally {
    rmSync(copy, { recursive: true, force: true })
  }
}

function copyInto(copy: string): void {
  const list = execFileSync('git', ['ls-files', '-co', '--exclude-standard'], { cwd: root, encoding: 'utf8' })
  for (const file of list.trim().split('\n')) {
    if (existsSync(join(root, file))) cpSync(join(root, file), join(copy, file), { recursive: true })
  }
  // A repository of its own, because the copy is in a folder that ours ignores.
  execFileSync('git', ['init', '-q'], { cwd: copy })
  const ours = join(copy, 'node_modules/@tikitu')
  mkdirSync(ours, { recursive: true })
  for (const entry of readdirSync(join(root, 'node_modules'))) {
    if (entry !== '@tikitu') symlinkSync(join(root, 'node_modules', entry), join(copy, 'node_modules', entry))
  }
  for (const entry of readdirSync(join(root, 'node_modules/@tikitu'))) {
    symlinkSync(readlinkSync(join(root, 'node_modules/@tikitu', entry)), join(ours, entry))
  }
  for (const part of list.match(/^.*(?=\/package\.json$)/gm) ?? []) {
    const nested = join(root, part, 'node_modules')
    if (existsSync(nested)) symlinkSync(nested, join(copy, part, 'node_modules'))
  }
}
