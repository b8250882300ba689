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
/** The graph has only the first of these fields. */
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

/** The log of a gateway about its operations at the start. */
async function logAtStart(target: unknown) {
  writeFileSync(targetFile, JSON.stringify(target))
  const logged: unknown[][] = []
  const note = (...line: unknown[]) => void logged.push(line)
  const log = Object.assign(createLog('gateway', 'silent'), { info: note, warn: note })
  const gateway = await startGateway([subgraph], pool, { persisted: { file, isRequired: true, mode: 'off' }, log })
  await gateway.close()
  return logged.filter((line) => /operation|plans/.test(String(line.at(-1))))
}

const skipped = (reason: string) => [
  [{ operations: operations.length, reason }, 'the persisted operations belong to another graph'],
]

test('skips a manifest of a graph with another name', async () => {
  const logged = await logAtStart({ graph: 'cinema', rootFields: ['Query.hello'] })
  expect(logged).toEqual(skipped('they belong to the graph cinema, not to tikitu'))
})

test('skips a manifest when the graph has less than half of its root fields', async () => {
  const logged = await logAtStart({ graph: 'tikitu', rootFields: ['Query.hello', 'Query.seats', 'Mutation.holdSeats'] })
  expect(logged).toEqual(skipped('the graph has 1 of the 3 root fields that they use'))
})

test('plans the operations after the graph lost a field, and logs the invalid one', async () => {
  const logged = await logAtStart({ graph: 'tikitu', rootFields: ['Query.hello', 'Query.seats'] })
  expect(logged).toEqual([
    [expect.objectContaining({ begins: '{ seats }' }), 'a persisted operation is invalid'],
    [{ operations: 2, failed: 1, ms: expect.any(Number) }, 'query plans are warm'],
  ])
})

test('does not start with an invalid graph file', async () => {
  await expect(logAtStart({ graph: 'tikitu' })).rejects.toThrow('rootFields')
})

test('reloads a manifest whose graph file has changed', () => {
  writeFileSync(targetFile, JSON.stringify({ graph: 'tikitu', rootFields: [] }))
  const source = createManifestSource({ file, isRequired: true, log: createLog('gateway', 'silent') })
  expect(source.reload()).toBe('unchanged')
  writeFileSync(targetFile, JSON.stringify({ graph: 'cinema', rootFields: [] }))
  expect(source.reload()).toBe('loaded')
  expect(source.target()).toEqual({ graph: 'cinema', rootFields: [] })
  source.close()
})
