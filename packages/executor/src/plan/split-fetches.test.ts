import type { FetchNode, QueryPlanFieldNode } from '@apollo/query-planner'
import { buildSchema, OperationTypeNode } from 'graphql'
import { expect, test } from 'vitest'
import { ExactNumber } from '../lib/exact-json.ts'
import type { ResultObject, Run } from '../run/execution.ts'
import { mergeIntoAll } from '../run/merge.ts'
import { splitFetches } from './split-fetches.ts'

const field = (name: string, ...selections: QueryPlanFieldNode[]): QueryPlanFieldNode => ({
  kind: 'Field',
  name,
  ...(selections.length > 0 && { selections }),
})

test('what is required of one field in two selections is sent whole', () => {
  const fetch: FetchNode = {
    kind: 'Fetch',
    serviceName: 's',
    operation: 'query($representations:[_Any!]!){_entities(representations:$representations){...on T{r}}}',
    operationKind: OperationTypeNode.QUERY,
    operationDocumentNode: undefined,
    operationName: undefined,
    variableUsages: [],
    requires: [
      { kind: 'InlineFragment', typeCondition: 'T', selections: [field('p', field('x')), field('p', field('y'))] },
    ],
  }
  const fields = new Map([['s T.r', new Map(['T.p', 'T.p.x', 'T.p.y'].map((path) => [path, path]))]])
  const needs = { fields, selections: new Map(), keys: new Map(), objects: new Set<string>(), isRenaming: true }
  const split = splitFetches(fetch, { schema: buildSchema('type Query { a: Int }'), needs })
  expect(JSON.stringify(split.kind === 'Fetch' && split.requires)).toMatch(/"p".*"x".*"y"/)
})

test('a long number that lies at several places stays one at each', () => {
  const targets: ResultObject[] = [{}, {}]
  const run = { shared: new Map() } as unknown as Run
  mergeIntoAll(run, targets, { source: { n: { of: new ExactNumber('9007199254740993') } }, contended: 'all' })
  expect(JSON.stringify(targets)).toBe('[{"n":{"of":9007199254740993}},{"n":{"of":9007199254740993}}]')
})
