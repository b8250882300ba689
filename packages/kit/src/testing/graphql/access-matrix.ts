import {
  type DocumentNode,
  type FormattedExecutionResult,
  type GraphQLSchema,
  getNullableType,
  isUnionType,
  Kind,
  parse,
  print,
  type SelectionNode,
  visit,
} from 'graphql'
import type { Viewer } from '../../auth/viewer.ts'
import type { BaseCtx } from '../../context/context.ts'
import type { Subgraph } from '../../service/create-subgraph.ts'
import { callAs } from './subgraph.ts'
import { firstEventAs } from './subscriptions.ts'

/** Who calls, by the name the matrix has for them. */
export type Callers = Readonly<Record<string, Viewer>>

/**
 * Per root field (`Query.hold`) a selection that calls it with real arguments: `hold(id: "hld_…") { id }`. A field that returns a
 * union needs no selection: `__typename` and the refusal's code are added.
 */
export type Calls = Readonly<Record<string, string>>

/**
 * Calls every root field of the subgraph as every caller, in the order of `calls`, and draws what each got as a Markdown
 * table: `✓` an answer, `sign in` UNAUTHENTICATED, `forbidden` FORBIDDEN, `nothing` what is not theirs looks like what does not
 * exist, any other refusal by its code, whether it is an error or a member of the result union; of a subscription, its first
 * event. Compare it with a committed file. @throws when a root field has no call, or a call no field
 */
export async function accessMatrix<C extends BaseCtx>(
  subgraph: Subgraph<C>,
  callers: Callers,
  calls: Calls,
): Promise<string> {
  requireEveryField(rootFieldsOf(subgraph), Object.keys(calls))
  const names = Object.keys(callers)
  const rows: string[] = []
  for (const [field, selection] of Object.entries(calls)) {
    const cells: string[] = []
    for (const name of names) cells.push(await cellOf(subgraph, callers[name] as Viewer, { field, selection }))
    rows.push(`| \`${field}\` | ${cells.join(' | ')} |`)
  }
  return [`| field | ${names.join(' | ')} |`, `| --- |${' --- |'.repeat(names.length)}`, ...rows, ''].join('\n')
}

async function cellOf<C extends BaseCtx>(
  subgraph: Subgraph<C>,
  viewer: Viewer,
  { field, selection }: { field: string; selection: string },
): Promise<string> {
  const operation = (field.split('.')[0] ?? '').toLowerCase()
  const call = operation === 'subscription' ? firstEventAs : callAs
  const query = withRefusal(subgraph.options.schema, field, `${operation} { it: ${selection} }`)
  return verdict(field, await call(subgraph, viewer, { query }))
}

/** Also selects the code of a refusal, if the field returns a union that has some. */
function withRefusal(schema: GraphQLSchema, field: string, query: string): string {
  if (!returnsRefusals(schema, field)) return query
  const added = selectionsOf(parse('{ __typename ... on Refusal { refusal: code } }'))
  return print(
    visit(parse(query), {
      Field: (node) => {
        const selections = [...(node.selectionSet?.selections ?? []), ...added]
        return node.alias?.value === 'it'
          ? { ...node, selectionSet: { kind: Kind.SELECTION_SET, selections } }
          : undefined
      },
    }),
  )
}

function returnsRefusals(schema: GraphQLSchema, field: string): boolean {
  const [root, name = ''] = field.split('.')
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()]
  const type = getNullableType(roots.find((each) => each?.name === root)?.getFields()[name]?.type)
  const members = isUnionType(type) ? type.getTypes() : []
  return members.some((member) => member.getInterfaces().some((each) => each.name === 'Refusal'))
}

function selectionsOf({ definitions: [operation] }: DocumentNode): readonly SelectionNode[] {
  return operation?.kind === Kind.OPERATION_DEFINITION ? operation.selectionSet.selections : []
}

function verdict(field: string, { data, errors }: FormattedExecutionResult): string {
  const own = errors?.find((error) => error.path === undefined || error.path.length === 1)
  const value: unknown = data?.['it']
  const code = own?.extensions?.['code'] ?? refusalOf(value)
  if (code === 'GRAPHQL_VALIDATION_FAILED' || code === 'GRAPHQL_PARSE_FAILED' || code === 'INTERNAL_SERVER_ERROR') {
    throw new Error(`${field}: ${own?.message}`)
  }
  if (code === 'UNAUTHENTICATED') return 'sign in'
  if (code === 'FORBIDDEN') return 'forbidden'
  if (code === 'NOT_FOUND') return 'nothing'
  if (own || code) return `\`${code}\``
  return isNothing(value) ? 'nothing' : '✓'
}

function refusalOf(value: unknown): unknown {
  return typeof value === 'object' && value !== null && 'refusal' in value ? value.refusal : undefined
}

/** Null, an empty list, or a connection without edges. */
function isNothing(value: unknown): boolean {
  if (value === null || value === undefined) return true
  if (Array.isArray(value)) return value.length === 0
  return typeof value === 'object' && 'edges' in value && Array.isArray(value.edges) && value.edges.length === 0
}

function rootFieldsOf<C extends BaseCtx>(subgraph: Subgraph<C>): string[] {
  const { schema } = subgraph.options
  return [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()].flatMap((type) =>
    Object.keys(type?.getFields() ?? {})
      .filter((field) => !field.startsWith('_'))
      .map((field) => `${type?.name}.${field}`),
  )
}

function requireEveryField(fields: string[], called: string[]): void {
  const missing = fields.filter((field) => !called.includes(field))
  const unknown = called.filter((field) => !fields.includes(field))
  if (missing.length + unknown.length > 0) {
    throw new Error(
      `the matrix lacks ${missing.join(', ') || 'nothing'}, and has unknown ${unknown.join(', ') || 'nothing'}`,
    )
  }
}
