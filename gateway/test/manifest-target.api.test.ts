import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createLog } from '@tikitu/kit/base/log'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createManifestSource } from '../src/operations/manifest-source.ts'
import { hashOf } from '../src/operations/read-manifest.ts'
import { common, startGateway } from './harness.ts'
import { startPool, type TestPool } from './pool.ts'
import { startSubgraph, type TestSubgraph } from './subgraphs.ts'

const file = join(mkdtempSync(join(tmpdir(), 'tikitu-manifest-')), 'operations.json')
const targetFile = file.replace('operations.json', 'operations.graph.json')
/** The graph has the first of them only. */
const operations = ['query Hello { hello }', '{ seats }']

let pool: TestPool
let subgraph: TestSubgraph

beforeAll(async () => {
  pool = await startPool()
  subgraph = await startSubgraph('user', `${common} type Query { hello: String! @public other: String! @public }`, {})
  writeFileSync(file, JSON.stringify(Object.fromEntries(operations.map((text) => [hashOf(text), text]))))
})

afterAll(() => {
  subgraph.close()
  pool.close()
})

/** What a gateway says of the operations while it starts. */
async function startWith(target: unknown) {
  writeFileSync(targetFile, JSON.stringify(target))
  const said: unknown[][] = []
  const note = (...line: unknown[]) => void said.push(line)
  const log = Object.assign(createLog('gateway', 'silent'), { info: note, warn: note })
  const gateway = await startGateway([subgraph], pool, { persisted: { file, isRequired: true, mode: 'off' }, log })
  await gateway.close()
  return said.filter((line) => /operation|plans/.test(String(line.at(-1))))
}

const notTried = (reason: string) => [
  [{ operations: operations.length, reason }, 'the persisted operations belong to another graph'],
]

test('operations that are for a graph of another name are not tried, not even those that it has', async () => {
  const said = await startWith({ graph: 'cinema', rootFields: ['Query.hello'] })
  expect(said).toEqual(notTried('they are for the graph cinema, and this is tikitu'))
})

test('nor are those of which the graph has less than half of the root fields', async () => {
  const said = await startWith({ graph: 'tikitu', rootFields: ['Query.hello', 'Query.seats', 'Mutation.holdSeats'] })
  expect(said).toEqual(notTried('the graph has 1 of the 3 root fields that they use'))
})

test('those of a graph that lost a field are planned, and the one that does not run is named', async () => {
  const said = await startWith({ graph: 'tikitu', rootFields: ['Query.hello', 'Query.seats'] })
  expect(said).toEqual([
    [expect.objectContaining({ begins: '{ seats }' }), 'a persisted operation is invalid'],
    [{ operations: 2, failed: 1, ms: expect.any(Number) }, 'query plans are warm'],
  ])
})

test('a file that says it in another form is a reason not to start', async () => {
  await expect(startWith({ graph: 'tikitu' })).rejects.toThrow('rootFields')
})

test('a manifest that is now for another graph is loaded again', () => {
  writeFileSync(targetFile, JSON.stringify({ graph: 'tikitu', rootFields: [] }))
  const source = createManifestSource({ file, isRequired: true, log: createLog('gateway', 'silent') })
  expect(source.reload()).toBe('unchanged')
  writeFileSync(targetFile, JSON.stringify({ graph: 'cinema', rootFields: [] }))
  expect(source.reload()).toBe('loaded')
  expect(source.target()).toEqual({ graph: 'cinema', rootFields: [] })
  source.close()
})
