import { readdirSync, readFileSync } from 'node:fs'
import {
  buildSchema,
  isUnionType,
  Kind,
  parse,
  type SelectionSetNode,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql'
import { expect, test } from 'vitest'

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8')
const schema = buildSchema(read('api.graphql'))
const operations = parse(
  readdirSync(new URL('operations', import.meta.url))
    .map((file) => read(`operations/${file}`))
    .join('\n'),
)

/** Asked with what a client wants to know of the object. */
const ofClients = ['node', 'nodes']

test('the SDK has an operation for each root field', () => {
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()]
  const fields = roots.flatMap((root) => Object.keys(root?.getFields() ?? {}))
  const asked = operations.definitions.flatMap((node) =>
    node.kind === Kind.OPERATION_DEFINITION ? fieldsOf(node.selectionSet) : [],
  )
  expect(fields.filter((field) => !asked.includes(field) && !ofClients.includes(field))).toEqual([])
})

test('an operation reads every member of a result, refusals by their interface', () => {
  const unread: string[] = []
  const types = new TypeInfo(schema)
  const Field = ({ name, selectionSet }: { name: { value: string }; selectionSet?: SelectionSetNode }) => {
    const result = schema.getType(String(types.getType()).replace(/[[\]!]/g, ''))
    if (!isUnionType(result) || !selectionSet) return
    const read = conditionsOf(selectionSet)
    for (const member of result.getTypes())
      if (![member, ...member.getInterfaces()].some((type) => read.includes(type.name)))
        unread.push(`${name.value}: ${member.name}`)
  }
  visit(operations, visitWithTypeInfo(types, { Field }))
  expect(unread).toEqual([])
})

function fieldsOf({ selections }: SelectionSetNode): string[] {
  return selections.flatMap((node) => (node.kind === Kind.FIELD ? [node.name.value] : []))
}

function conditionsOf({ selections }: SelectionSetNode): (string | undefined)[] {
  return selections.map((node) => {
    if (node.kind === Kind.INLINE_FRAGMENT) return node.typeCondition?.name.value
    if (node.kind === Kind.FIELD) return undefined
    const fragment = operations.definitions.find(
      (it) => it.kind === Kind.FRAGMENT_DEFINITION && it.name.value === node.name.value,
    )
    return fragment?.kind === Kind.FRAGMENT_DEFINITION ? fragment.typeCondition.name.value : undefined
  })
}
