// npm run new:subgraph <name>: creates a small working subgraph from a template and adds it to every list of services.
import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { exitWithError } from '../commands/exit-with-error.ts'
import { root } from '../stack/repository.ts'
import { StartError } from '../stack/start-error.ts'
import { planFiles } from './plan-files.ts'

const [name, ...more] = process.argv.slice(2)
try {
  if (!name || more.length > 0) throw new StartError('Give the new subgraph a name: npm run new:subgraph review')
  addSubgraph(name)
} catch (error) {
  exitWithError(error)
}

function addSubgraph(name: string): void {
  const { port, files } = planFiles(root, name)
  for (const [path, text] of files) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  console.log(`Wrote ${files.size} files. Generating the rest:`)
  const commands = [
    'npm install --no-audit --no-fund',
    `npx biome check --write subgraphs/${name} schema/events schema/services.ts`,
    `npm run db:generate -w subgraphs/${name} -- --name first_tables`,
    'npm run schema:compose',
    'npm run codegen',
  ]
  for (const [index, command] of commands.entries()) {
    console.log(`\n> ${command}`)
    const { status } = spawnSync(command, { cwd: root, stdio: 'inherit', shell: true })
    if (status !== 0) {
      throw new StartError(`\nThat failed. Fix the cause, then continue with:\n${commands.slice(index).join('\n')}`)
    }
  }
  console.log(nextSteps(name, port))
}

function nextSteps(name: string, port: number): string {
  return `
Created subgraphs/${name} on port ${port}, with a query, a mutation, a table and tests.

  npm start                           runs the platform with it; npm run dev:${name} runs it alone
  npm test -w subgraphs/${name}       its tests; test/access-matrix.md lists who may do what
  npm run verify                      format, module boundaries, types, composition, dead code, documents

Next, edit the contract in schema.graphql, the verbs in src/domain and the tables in src/db/tables.ts.`
}
