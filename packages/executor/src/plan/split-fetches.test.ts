import type { FetchNode, QueryPlanFieldNode } from '@apollo/query-planner'
import { buildSchema, OperationTypeNode } from 'graphql'
import { expect, test } from 'vitest'
import { ExactNumber } from '../lib/exact-json.ts'
import type { Execution, ResultObject } from '../run/execution.ts'
import { mergeIntoAll } from '../run/merge.ts'
import { splitFetches } from './split-fetches.ts'

const field = (name: string, ...selections: QueryPlanFieldNode[]): QueryPlanFieldNode => ({
  kind: 'Field',
  name,
  ...(selections.length > 0 && { selections }),
})

test('two required selections of one field are merged', () => {
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
  const requirements = {
    fields,
    selections: new Map(),
    keys: new Map(),
    interfaceObjects: new Set<string>(),
    hasAliases: true,
  }
  const split = splitFetches(fetch, { schema: buildSchema('type Query { a: Int }'), requirements })
  expect(JSON.stringify(split.kind === 'Fetch' && split.requires)).toMatch(/"p".*"x".*"y"/)
})

test('a copied long number keeps all digits', () => {
  const targets: ResultObject[] = [{}, {}]
  const run = { shared: new Map() } as unknown as Execution
  mergeIntoAll(run, targets, { source: { n: { of: new ExactNumber('9007199254740993') } }, conflicts: 'all' })
  expect(JSON.stringify(targets)).toBe('[{"n":{"of":9007199254740993}},{"n":{"of":9007199254740993}}]')
})
